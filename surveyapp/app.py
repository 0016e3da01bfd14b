"""The porch: builds the app once, from its settings."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp.house import build
from surveyapp.settings import Settings, find_folder, read_settings
from surveyapp.web import asset_files, doors, front, metrics, open_data
from surveyapp.web.dress import Notice, dress
from surveyapp.web.entrance import guard
from surveyapp.web.errors import catch
from surveyapp.web.packing import pack
from surveyapp.web.phone import equip

_MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Refuses to start with a weak key, or with a route nobody is named for."""
    settings = settings or read_settings()
    app = Flask("surveyapp", template_folder=str(find_folder("templates")), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        MAX_CONTENT_LENGTH=6 * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * _MEGABYTE,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="__Host-desk" if settings.secure else "desk",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        METRICS_TOKEN=settings.metrics_token,
        PUBLIC_URL=settings.public_url,
        NOTICE=Notice(settings.controller, settings.contact, settings.keep_days),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    # Redirects of the router would carry the Host header; a slash too many is simply no page.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Thai stays legible in what programs read
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["errands"] = build(settings)
    protection = CSRFProtect(app)
    dress(app, find_folder("translations"), secure=settings.secure)
    for door in (asset_files.door, front.door, metrics.door, open_data.door, *doors.every()):
        app.register_blueprint(door)
    for door in doors.without_session():
        protection.exempt(door)
    pack(app)
    equip(app)
    catch(app)
    guard(app)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """Addresses of clients come only from proxies we were told of."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]

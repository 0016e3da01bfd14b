"""What a WSGI server serves: ``gunicorn wsgi:app``."""

from surveyapp.app import create_app

app = create_app()

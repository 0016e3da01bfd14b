"""What a password must be. Length counts, kinds of signs do not; what everybody tries first is refused.

Source: NIST SP 800-63B 5.1.1.2 (length, a list of common passwords, no composition rules); ten characters
instead of its eight is our own choice.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from surveyapp.domain.account_problems import PasswordCommon, PasswordLong, PasswordShort
from surveyapp.domain.problems import Problem

LEAST: Final = 10
MOST: Final = 200
_COMMON: Final = (
    "password passw0rd p@ssword p@ssw0rd qwerty qwertyuiop asdfghjkl 1q2w3e4r 1qaz2wsx zaq12wsx abcd1234 admin "
    "administrator welcome letmein iloveyou monkey dragon sunshine princess football baseball superman changeme "
    "thailand bangkok siam nacc ita surveyapp rehearsal-only รหัสผ่าน ประเทศไทย กรุงเทพ ป.ป.ช. ฟหกดาสว ฟหกด่าสวง"
).split()


def password_problems(password: str, *names: str) -> list[Problem]:
    """Everything that is wrong with a new password. ``names``: what the person is called here."""
    found: list[Problem] = []
    if len(password) < LEAST:
        found.append(PasswordShort(least=LEAST))
    if len(password) > MOST or "\x00" in password:
        found.append(PasswordLong(most=MOST))
    if not found and _is_easy(password, names):
        found.append(PasswordCommon())
    return found


def _is_easy(password: str, names: tuple[str, ...]) -> bool:
    """Whether little is left when common words, the person's names years and runs of signs are taken away."""
    left = unicodedata.normalize("NFKC", password).casefold()
    known = [name.casefold() for name in names if len(name) > 2]
    for word in sorted([*_COMMON, *known], key=len, reverse=True):
        left = left.replace(word, "")
    left = re.sub(r"(19|20|24|25)\d\d", "", left)  # years
    for run in ("0123456789", "9876543210", "1234567890", "abcdefghijklmnopqrstuvwxyz"):
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                left = left.replace(run[start : start + length], "")
    return len(set(left)) < 4

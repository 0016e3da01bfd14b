"""Accounts: coming in, staying in, and what a person changes about their own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Final

from surveyapp.adapters import second_factor
from surveyapp.adapters.mail import Mail
from surveyapp.adapters.ministry import Ministry
from surveyapp.adapters.passwords import Passwords
from surveyapp.adapters.patience import Counted, Patience
from surveyapp.adapters.qr import qr_svg
from surveyapp.adapters.sealing import Sealing
from surveyapp.domain.account_problems import (
    CodeWrong,
    ConfirmNeeded,
    LinkOver,
    MinistryAway,
    MinistryUnknown,
    NotConfirmed,
    PasswordsDiffer,
    RehearsalAccount,
    SignInOver,
)
from surveyapp.domain.granting import needs_second_factor
from surveyapp.domain.password import MOST, password_problems
from surveyapp.domain.people import Person
from surveyapp.domain.problems import PageUnknown, Problem, Problems, SignInFailed, SignInNeeded
from surveyapp.domain.sign_in import (
    CONFIRMED_FOR,
    HALF_LASTS,
    LASTS,
    Account,
    Journey,
    Purpose,
    SignIn,
    Step,
    browser_name,
)
from surveyapp.domain.thai import civil_day
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.entering import Entry, Links, Mine, Say, SetUp, Standing, Visit, hashed, letter

_FREE_TRIES: Final = 5
_FREE_OF_A_NETWORK: Final = 60  # an office of fifty behind one address, all with thick fingers
_QUARTER: Final = 15 * 60
_MINUTE: Final = 60
_HALF_A_MINUTE: Final = 30
_FREE_QUESTIONS: Final = 10
_BETWEEN_LETTERS: Final = 10 * 60


@dataclass(frozen=True)
class Accounts:
    """What people with an account need to enter. ``new_token()`` gives an unguessable text."""

    store: Store
    passwords: Passwords
    now: Callable[[], datetime]
    new_token: Callable[[], str]
    sealing: Sealing
    patience: Patience
    mail: Mail
    ministry: Ministry
    links: Links

    # --- coming in ----------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str, visit: Visit, old_token: str | None = None) -> Entry:
        """A fresh token for the person; the old one, if any, ends. Refuses without telling which was wrong."""
        if len(name) > MOST or len(password) > MOST or "\x00" in name:
            raise SignInFailed()
        name = name.strip()
        found = self._found(name) if visit.knows else None
        known = found is not None and found[0] in visit.knows
        counted = _counted_at(visit, name, known=known)
        self.patience.begin(counted)  # a stranger who has to wait costs no look at the database
        found = found or self._found(name)
        kept, whose = found[1] if found else None, self.sealing.mark(f"sign-in {name}")
        right = self.passwords.matches(kept, password, whose=whose, known=known)
        if not right or found is None:
            raise SignInFailed()
        self.patience.forgive(counted[:1], wholly=True)
        self.patience.forgive(counted[1:])
        return self._admit(found[0], visit, old_token)

    def begin_at_ministry(self) -> tuple[str, Journey]:
        """(address of the ministry's page, what to remember until somebody comes back)."""
        if not self.ministry.is_set:
            raise PageUnknown()
        return self.ministry.begin()

    def come_from_ministry(
        self, code: str, state: str, journey: Journey, visit: Visit, old_token: str | None = None
    ) -> Entry:
        """The entry of somebody the ministry knows, if an administrator tied that login to an account.

        An e-mail counts only while verified and not yet tied to a subject; roles never come from there.
        """
        if not compare_digest(state.encode(), journey.state.encode()):
            raise MinistryAway()
        identity = self.ministry.finish(code, journey)
        with self.store.writing() as shelves:
            account = shelves.people.account_of_ministry(identity.subject, identity.email)
            if account is None:
                raise MinistryUnknown()
            shelves.people.tie(account.person.id, identity.subject)
        return self._admit(account.person.id, visit, old_token)

    def give_code(self, token: str | None, typed: str, visit: Visit) -> Entry:
        """The second factor: a code of the app, or a recovery code. A fresh token in place of the half one."""
        person_id = self._half(token, Step.CODE).person_id
        known = person_id in visit.knows
        counted = [Counted(("code", str(person_id), visit.device if known else ""), _FREE_TRIES, _QUARTER)]
        self.patience.begin(counted)
        now = self.now()
        with self.store.writing() as shelves:
            account = _account(shelves, person_id)
            used = self._use_code(shelves, account, typed, now)
            if used is None:
                raise CodeWrong()
            if used == "recovery_code":
                shelves.journal.note(account.person.sign_in_name, "use_recovery_code", "account", now)
            entry = self._enter(shelves, account, Step.IN, visit, token)
        self.patience.forgive(counted, wholly=True)
        return entry

    def sign_out(self, token: str) -> None:
        """End a sign-in; a token that is over already is fine."""
        with self.store.writing() as shelves:
            shelves.entries.end(hashed(token))

    # --- staying in ---------------------------------------------------------------------------------

    def standing(self, token: str | None, *, noting: bool = True) -> Standing | None:
        """Who a token is signed in as, with the sign-in; None when it is over or not complete.

        noting False: a page asked by itself, which is no sign that somebody is there.
        """
        if not token:
            return None
        now = self.now()
        with self.store.reading() as shelves:
            found = shelves.entries.found(hashed(token), now)
            if found is None or found.step is not Step.IN:
                return None
            person = shelves.people.with_id(found.person_id)
        if noting and found.wants_noting(now):
            with self.store.writing() as shelves:
                shelves.entries.seen(found.token_hash, now)
        return Standing(person, found, found.ends_soon(now))

    def who(self, token: str | None) -> Person | None:
        """The person of a token, or None."""
        found = self.standing(token)
        return found.person if found else None

    def step(self, token: str | None) -> Step | None:
        """How far a token has come; None when it is over."""
        with self.store.reading() as shelves:
            found = shelves.entries.found(hashed(token), self.now()) if token else None
        return found.step if found else None

    def confirm(self, person: Person, token: str, typed: str) -> None:
        """Mark a sign-in as freshly confirmed: by the password, a code of the app, or a recovery code."""
        counted = [Counted(("confirm", str(person.id)), _FREE_TRIES, _QUARTER)]
        self.patience.begin(counted)
        with self.store.reading() as shelves:
            account = _account(shelves, person.id)
        right = len(typed) <= MOST and self.passwords.matches(account.password_hash, typed, known=True)
        now = self.now()
        with self.store.writing() as shelves:
            if not right and self._use_code(shelves, account, typed, now) is None:
                raise NotConfirmed()
            shelves.entries.confirm(hashed(token), now + CONFIRMED_FOR)
        self.patience.forgive(counted, wholly=True)

    def freshly_confirmed(self, token: str | None) -> bool:
        """Whether whoever holds the token has shown within the last five minutes that it is them."""
        now = self.now()
        with self.store.reading() as shelves:
            found = shelves.entries.found(hashed(token), now) if token else None
        return found is not None and found.step is Step.IN and found.is_confirmed(now)

    # --- one's own account --------------------------------------------------------------------------

    def mine(self, person: Person, token: str) -> Mine:
        """The account, its sign-ins (day and coarse browser, no more), and what is left of the recovery codes."""
        with self.store.reading() as shelves:
            account = _account(shelves, person.id)
            sign_ins = tuple(shelves.entries.of_person(person.id, self.now()))
            left = shelves.entries.recovery_codes_left(person.id)
        return Mine(account, sign_ins, hashed(token).hex()[:16], left, needs_second_factor(account.person))

    def end_one(self, person: Person, name: str) -> None:
        """End one of the person's own sign-ins; another's, or one that is over, is left as it is."""
        with self.store.writing() as shelves:
            for each in shelves.entries.of_person(person.id, self.now()):
                if each.name == name:
                    shelves.entries.end(each.token_hash)

    def end_everywhere(self, person: Person) -> None:
        """End every sign-in of the person, this one too."""
        now = self.now()
        with self.store.writing() as shelves:
            n = shelves.entries.end_others(person.id)
            shelves.journal.note(person.sign_in_name, "end_sign_ins", "account", now, {"sign_ins": n})

    def change_password(self, person: Person, token: str, old: str, new: str, again: str, visit: Visit) -> Entry:
        """A new password; every other sign-in and every link ends, and this one gets a fresh token."""
        account = self._own(person)
        counted = [Counted(("confirm", str(person.id)), _FREE_TRIES, _QUARTER)]
        self.patience.begin(counted)
        problems = _new_password_problems(account, new, again)
        if len(old) > MOST or not self.passwords.matches(account.password_hash, old, known=True):
            problems.insert(0, NotConfirmed())
        else:
            self.patience.forgive(counted, wholly=True)
        if problems:
            raise Problems(problems)
        kept = self.passwords.hash(new)
        with self.store.writing() as shelves:
            return self._set_password(shelves, account, kept, Step.IN, visit, token)

    def begin_set_up(self, token: str | None) -> SetUp:
        """A fresh secret for an authenticator app. Right after the password, or freshly confirmed."""
        account = self._may_set_up(token)
        secret = second_factor.new_secret()
        address = second_factor.address(secret, account.person.sign_in_name)
        sealed = self.sealing.seal(secret.encode(), f"set up {account.person.id}").hex()
        return self._set_up_page(secret, address, sealed)

    def again(self, token: str | None, sealed: str) -> SetUp:
        """The same page once more, after a code that was not right."""
        account = self._may_set_up(token)
        secret = self._unsealed(sealed, account)
        return self._set_up_page(secret, second_factor.address(secret, account.person.sign_in_name), sealed)

    def finish_set_up(self, token: str | None, sealed: str, code: str, visit: Visit) -> tuple[Entry, list[str]]:
        """Keep the factor once the app shows its code. (fresh entry, recovery codes to be shown this once)."""
        account = self._may_set_up(token)
        secret, now = self._unsealed(sealed, account), self.now()
        step = second_factor.step_of(secret, code, now)
        if step is None:
            raise CodeWrong()
        codes = second_factor.new_recovery_codes()
        with self.store.writing() as shelves:
            kept = self.sealing.seal(secret.encode(), _whose(account.person.id))
            shelves.people.set_factor(account.person.id, kept, step)
            shelves.entries.set_recovery_codes(account.person.id, map(self.sealing.mark, codes))
            shelves.entries.end_others(account.person.id)
            shelves.journal.note(account.person.sign_in_name, "set_up_factor", "account", now)
            entry = self._enter(shelves, account, Step.IN, visit, token)
        return entry, codes

    def new_recovery_codes(self, person: Person, token: str) -> list[str]:
        """Fresh recovery codes in place of the old, to be shown this once; asks for a fresh confirmation."""
        account = self._own(person)
        if account.factor_secret is None or not self.freshly_confirmed(token):
            raise ConfirmNeeded()
        codes, now = second_factor.new_recovery_codes(), self.now()
        with self.store.writing() as shelves:
            shelves.entries.set_recovery_codes(person.id, map(self.sealing.mark, codes))
            shelves.journal.note(person.sign_in_name, "new_recovery_codes", "account", now)
        return codes

    # --- links --------------------------------------------------------------------------------------

    def forgot(self, name: str, visit: Visit, say: Say) -> None:
        """Send a recovery link where there is somebody to send it to. Whoever asks learns nothing, ever."""
        self.patience.begin([Counted(("forgot", visit.network), _FREE_QUESTIONS, _MINUTE)])
        text = letter(Purpose.RECOVERY, say)
        if self.mail.is_set and len(name) <= MOST and "\x00" not in name:
            self.mail.soon(lambda: self._recover(name.strip(), text.send))

    def link(self, link_token: str) -> tuple[Account, Purpose]:
        """Whose a link is, and what for. Looking does not use it up."""
        with self.store.reading() as shelves:
            found = shelves.entries.link(hashed(link_token), self.now())
            if found is None:
                raise LinkOver()
            return _account(shelves, found[0]), found[1]

    def accept(self, link_token: str, new: str, again: str, visit: Visit, old_token: str | None = None) -> Entry:
        """Use a link up and keep the password chosen. A password that will not do leaves the link as it is."""
        account, _ = self.link(link_token)
        problems = _new_password_problems(account, new, again)
        if problems:
            raise Problems(problems)
        kept = self.passwords.hash(new)
        with self.store.writing() as shelves:
            if shelves.entries.spend_link(hashed(link_token), self.now()) is None:
                raise LinkOver()
            return self._set_password(shelves, account, kept, _step_of(account), visit, old_token)

    # --- within -------------------------------------------------------------------------------------

    def _found(self, name: str) -> tuple[int, str | None] | None:
        with self.store.reading() as shelves:
            return shelves.people.password_hash(name)

    def _admit(self, person_id: int, visit: Visit, old_token: str | None) -> Entry:
        with self.store.writing() as shelves:
            account = _account(shelves, person_id)
            return self._enter(shelves, account, _step_of(account), visit, old_token)

    def _enter(self, shelves: Shelves, account: Account, step: Step, visit: Visit, old_token: str | None) -> Entry:
        """A fresh token at each rise; the one before it ends."""
        if old_token:
            shelves.entries.end(hashed(old_token))
        token, now = self.new_token(), self.now()
        lasts = LASTS if step is Step.IN else HALF_LASTS
        day, browser = civil_day(now), browser_name(visit.browser)
        new = SignIn(hashed(token), account.person.id, step, now + lasts, now, day, browser)
        shelves.entries.begin(new, now)
        if step is Step.IN:
            shelves.journal.note(account.person.sign_in_name, "sign_in", "account", now)
        return Entry(token, account.person.id, step)

    def _set_password(
        self, shelves: Shelves, account: Account, kept: str, step: Step, visit: Visit, old_token: str | None
    ) -> Entry:
        shelves.people.set_password(account.person.id, kept)
        shelves.entries.end_others(account.person.id)
        shelves.entries.drop_links(account.person.id)
        shelves.journal.note(account.person.sign_in_name, "set_password", "account", self.now())
        return self._enter(shelves, account, step, visit, old_token)

    def _use_code(self, shelves: Shelves, account: Account, typed: str, now: datetime) -> str | None:
        """ "app" or "recovery_code", used up for ever; None when it is neither."""
        sealed = account.factor_secret
        if sealed is None:
            return None
        recovery = second_factor.tidy_recovery_code(typed)
        if recovery and shelves.entries.spend_recovery_code(account.person.id, self.sealing.mark(recovery)):
            return "recovery_code"
        secret = self.sealing.unseal(sealed, _whose(account.person.id))
        step = second_factor.step_of(secret.decode(), typed, now) if secret else None
        return "app" if step is not None and shelves.people.use_step(account.person.id, step) else None

    def _recover(self, name: str, send: Callable[[Mail, Account, str], bool]) -> None:
        now = self.now()
        with self.store.writing() as shelves:
            account = shelves.people.account(name)
            if account is None or account.email is None or account.rehearsal or account.is_invited:
                return
            until = shelves.entries.newest_link(account.person.id, Purpose.RECOVERY)
            if until and (until - Purpose.RECOVERY.lasts - now).total_seconds() > -_BETWEEN_LETTERS:
                return
            link = self.links.make(shelves, account.person.id, Purpose.RECOVERY, now)
            shelves.journal.note(account.person.sign_in_name, "ask_recovery", "account", now)
        send(self.mail, account, link)

    def _half(self, token: str | None, *steps: Step) -> SignIn:
        with self.store.reading() as shelves:
            found = shelves.entries.found(hashed(token), self.now()) if token else None
        if found is None or found.step not in steps:
            raise SignInOver()
        return found

    def _may_set_up(self, token: str | None) -> Account:
        found = self._half(token, Step.SET_UP, Step.IN)
        if found.step is Step.IN and not found.is_confirmed(self.now()):
            raise ConfirmNeeded()
        with self.store.reading() as shelves:
            return _own(_account(shelves, found.person_id))

    def _own(self, person: Person) -> Account:
        with self.store.reading() as shelves:
            return _own(_account(shelves, person.id))

    def _unsealed(self, sealed: str, account: Account) -> str:
        try:
            secret = self.sealing.unseal(bytes.fromhex(sealed), f"set up {account.person.id}")
        except ValueError:
            secret = None
        if secret is None:
            raise SignInOver()
        return secret.decode()

    def _set_up_page(self, secret: str, address: str, sealed: str) -> SetUp:
        letters = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return SetUp(letters, address, qr_svg(address), sealed)


def _counted_at(visit: Visit, name: str, *, known: bool) -> list[Counted]:
    """A device that signed in before answers for itself alone; a stranger for their network, too."""
    if known:
        return [Counted(("device", visit.device, name.casefold()), _FREE_TRIES, _HALF_A_MINUTE)]
    return [
        Counted(("name", visit.network, name.casefold()), _FREE_TRIES, _QUARTER),
        Counted(("network", visit.network), _FREE_OF_A_NETWORK, _MINUTE),
    ]


def _account(shelves: Shelves, person_id: int) -> Account:
    found = shelves.people.account_with_id(person_id)
    if found is None:
        raise SignInNeeded()
    return found


def _own(account: Account) -> Account:
    if account.rehearsal:
        raise RehearsalAccount()
    return account


def _step_of(account: Account) -> Step:
    """What is still asked after the password. Accounts of a rehearsal, which many share, have no second factor."""
    if account.factor_secret is not None:
        return Step.CODE
    return Step.SET_UP if needs_second_factor(account.person) and not account.rehearsal else Step.IN


def _new_password_problems(account: Account, new: str, again: str) -> list[Problem]:
    names = [account.person.sign_in_name, *account.person.full_name.split()]
    return password_problems(new, *names) + ([PasswordsDiffer()] if new != again else [])


def _whose(person_id: int) -> str:
    return f"second factor {person_id}"

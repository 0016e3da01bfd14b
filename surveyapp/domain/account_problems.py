"""Refusals around accounts: signing in, the second factor, links, and who looks after whom."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class TooManyTries(Problem):
    """The wait is the same whether or not the name exists."""

    sentence = N_("There were many tries from this network. Wait %(seconds)s seconds, then try once more.")
    status = 429


class CodeWrong(Problem):
    sentence = N_(
        "This code is not right, or was used before. Wait for the next one in your app and type its six digits, "
        "or use a recovery code."
    )
    status = 401


class SignInOver(Problem):
    sentence = N_("This sign-in took too long and was ended. Start again with your name and password.")
    status = 401


class ConfirmNeeded(Problem):
    sentence = N_("This step asks you to confirm who you are. Open “My account”, confirm, and do it again.")
    status = 403


class NotConfirmed(Problem):
    sentence = N_("That is neither your password nor the code your app shows now. Try again.")
    status = 401


class LinkOver(Problem):
    sentence = N_(
        "This link was used already, or its time is over. Ask whoever sent it for a new one, "
        "or use “Forgotten password” on the sign-in page."
    )
    status = 410


class PasswordShort(Problem):
    sentence = N_("The password is too short. Use at least %(least)s characters; a sentence of your own is good.")


class PasswordLong(Problem):
    sentence = N_("The password is too long. Use at most %(most)s characters.")


class PasswordCommon(Problem):
    sentence = N_("This password is among the first that are tried, or is made of your name. Choose another.")


class PasswordsDiffer(Problem):
    sentence = N_("The two passwords are not the same. Type the new password twice.")


class RehearsalAccount(Problem):
    sentence = N_("This is an account of the rehearsal that many people share. Nothing about it can be changed.")
    status = 403


class NameUnfit(Problem):
    sentence = N_(
        "The name to sign in with needs 3 to 60 letters a-z, digits, or one of . _ - @, and begins with a letter "
        "or digit."
    )


class NameTaken(Problem):
    sentence = N_("Somebody signs in as %(name)s already. Choose another name, or give that person one more role.")
    status = 409


class FullNameMissing(Problem):
    sentence = N_("Type the person's name and surname, at most 200 characters.")


class MailUnfit(Problem):
    sentence = N_("“%(typed)s” is not an e-mail address. Correct it, or leave it empty.")


class RoleUnknown(Problem):
    sentence = N_("Choose a role from the list.")


class PlaceUnknown(Problem):
    sentence = N_(
        "“%(typed)s” is no agency's code, no province and no region that the role can have. "
        "Type the code of an agency, the name of a province, or a region from 1 to 9."
    )


class GrantTooWide(Problem):
    sentence = N_("This role cannot reach that far. Type the place the person works for.")


class PersonUnknown(Problem):
    sentence = N_("There is no such person among those you look after.")
    status = 404


class GrantUnknown(Problem):
    sentence = N_("The person does not have this role there any more. Load the page again.")
    status = 409


class GrantThere(Problem):
    sentence = N_("The person has this role there already.")
    status = 409


class MinistryAway(Problem):
    sentence = N_("The ministry's sign-in did not answer as it should. Try again, or sign in with your password.")
    status = 502


class MinistryUnknown(Problem):
    sentence = N_(
        "The ministry knows you, but nobody has tied that login to an account here. "
        "Ask the person who looks after accounts."
    )
    status = 403

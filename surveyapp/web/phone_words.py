"""What the script of the form says. ``{n}`` and the like are filled in on the phone."""

from __future__ import annotations

from typing import Final

from surveyapp.domain.problems import N_

WORDS: Final = {
    # the start
    "start": N_("Start"),
    "onward": N_("Continue"),
    "over": N_("Start over"),
    "found": N_("Your answers so far are on this phone: {n} of {of}."),
    "shared": N_("Others use this device too"),
    "sharedWhy": N_("Then nothing is stored on it, and leaving the page removes your answers."),
    "line": N_("Open in the phone’s browser"),
    "kiosk": N_("Tap to start. Nothing of the person before is here, and nothing of you will stay."),
    # a card
    "back": N_("Back"),
    "next": N_("Next"),
    "skip": N_("Skip for now"),
    "review": N_("Look over the answers"),
    "done": N_("{n} of {of} answered"),
    "large": N_("Large letters"),
    "digits": N_("Thai digits"),
    "read": N_("Read aloud"),
    "hush": N_("Stop reading"),
    # looking over
    "overview": N_("Your answers"),
    "overviewWhy": N_("Nothing has been sent yet. You can change any answer."),
    "none": N_("Not answered yet"),
    "change": N_("Change"),
    "answer": N_("Answer"),
    "number": N_("question {n}"),
    "send": N_("Send the answers"),
    "final": N_("After sending, the answers cannot be changed: the system holds nothing that says whose they are."),
    "noCode": N_("Type the code on your slip"),
    "missing": N_("Still to be answered: {n}"),
    "gaps": N_("{n} questions are still to be answered. Choose a number to go there."),
    # sending
    "saved": N_("Saved on this phone"),
    "memory": N_("Kept only while this page is open"),
    "sending": N_("Sending"),
    "received": N_("Received"),
    "sendingHead": N_("Handing in your answers"),
    "waitingHead": N_("Not sent yet"),
    "retry": N_("The system cannot be reached now. The page tries again by itself until the answers have arrived."),
    "retrySaved": N_("You may close this page; when you open it again it goes on sending."),
    "retryMemory": N_("Please leave this page open until then."),
    "again": N_("Try now"),
    "thanks": N_("Received, thank you"),
    "thanksWhat": N_("Your answers are safely kept, and nothing of them is on this phone any more."),
    "thanksNever": N_(
        "The system holds nothing that says which answers were yours. So they cannot be changed or taken back."
    ),
    "receipt": N_("Proof that you were counted"),
    "receiptWhat": N_(
        "After the round has closed, anybody who has this number can check that an answer belonging to it was "
        "counted. It says nothing about what you answered, and cannot."
    ),
    "receiptSave": N_("Save it as a small text file"),
    "receiptWhere": N_("Where to check, after the round has closed:"),
    "receiptCheck": N_("Was my answer counted?"),
    "receiptGone": N_("It is kept nowhere on this phone: when you close this page, it is gone."),
    "person": N_("The next person"),
    "soon": N_("In a moment this page is ready for the next person."),
    # refused
    "refused": N_("The answers were not taken"),
    "look": N_("Look at the answers again"),
    "wipe": N_("Remove the answers from this phone"),
    "faults": N_("To mend before sending"),
    # nobody there
    "idle": N_("Are you still here?"),
    "idleWhy": N_("Otherwise the answers are removed in a moment, for the next person."),
    "here": N_("I am still here"),
}

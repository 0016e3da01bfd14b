"""The doors and what they share: who may enter, how refusals look, what every page is dressed in."""

"""surveyapp: the Integrity and Transparency Assessment of Thailand's public bodies."""

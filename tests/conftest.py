"""How many random examples the tests draw: `--hypothesis-profile thorough` takes more time.

Without the option the environment variable HYPOTHESIS_PROFILE names the profile, else it is `default`.

The words of verdicts are those of a machine without `formal/`, whether it is built here or not.
"""

import os

from hypothesis import settings

settings.register_profile("default", max_examples=25, deadline=None)
settings.register_profile("more", max_examples=60, deadline=None)
settings.register_profile("thorough", max_examples=600, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

os.environ["CONVAC_FORMAL"] = os.devnull

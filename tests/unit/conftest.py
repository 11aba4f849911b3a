"""How often a property is tried: a few times in every run of the tier, often in `make test`."""

from hypothesis import settings

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("often", max_examples=200, deadline=None)
# pytest's --hypothesis-profile is read after this.
settings.load_profile("quick")

"""What Password Boss told us: companies, their users, bare counts, and the feeds that brought them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from seatbridge.partners.models import Partner
from seatbridge.usage.search_text import LONGEST, SearchText


class Feed(models.Model):
    """One list that came in. `complete`: it claims to name every company of the partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="feeds")
    kind = models.CharField(max_length=16)  # companies, users, counts
    way = models.CharField(max_length=8)  # file, push
    complete = models.BooleanField()
    as_of = models.DateTimeField()  # the moment that it speaks of
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    companies = models.PositiveIntegerField()  # how many it named

    class Meta:
        indexes = [models.Index(fields=["partner", "kind", "as_of"], name="feed_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["companies", "users", "counts"]), name="feed_kind"),
            models.CheckConstraint(condition=Q(way__in=["file", "push"]), name="feed_way"),
        ]


class Company(models.Model):
    """Password Boss's record of an end client. Never deleted: one that is gone has `state` left."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="companies", db_index=False)
    ref = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=8, default="customer")
    level = models.CharField(max_length=8, blank=True, default="")  # empty: not known
    licenses_assigned = models.PositiveIntegerField(null=True)
    domains = models.CharField(max_length=2000, blank=True, default="")  # separated by one space
    search_text = SearchText(max_length=LONGEST, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, default="active")
    left_at = models.DateTimeField(null=True)  # as_of of the complete feed that lacked it
    first_seen_on = models.DateField()
    # The newest feed of each kind that named it, or spoke of it by being complete.
    companies_feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    roster_feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    counts_feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "ref"], name="one_company_per_ref"),
            models.CheckConstraint(condition=Q(type__in=["customer", "msp"]), name="company_type"),
            models.CheckConstraint(
                condition=Q(level__in=["", "standard", "advanced", "trial"]), name="company_level"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "inactive", "left"]), name="company_state"
            ),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False) | (~Q(state="left") & Q(left_at=None)),
                name="company_left_at_a_moment",
            ),
        ]
        indexes = [
            # The order in which people read them; a page of 10,000 is found without sorting them.
            models.Index(F("partner"), Lower("name"), F("id"), name="companies_by_name"),
            # A search reads the index and no row.
            models.Index(fields=["partner", "search_text"], name="companies_by_text"),
        ]


class CompanyUser(models.Model):
    """One user on a company's roster. Who is missing from a newer roster stays, with `status` deleted."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="users", db_index=False)
    ref = models.CharField(max_length=254)
    email = models.CharField(max_length=254, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=16)
    product = models.CharField(max_length=8, blank=True, default="")  # empty: the company's level
    since = models.DateField(null=True)
    nfr = models.BooleanField(default=False)  # not for resale

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "ref"], name="one_user_per_ref"),
            models.CheckConstraint(
                condition=Q(status__in=["invited", "active", "pending-approval", "disabled", "deleted"]),
                name="user_status",
            ),
        ]
        indexes = [
            # Counting reads this index and never the rows.
            models.Index(fields=["company", "product", "status", "nfr", "since"], name="user_counting"),
        ]


class CountReading(models.Model):
    """A bare count: so many users of a product at a moment. All are kept; one per product is the newest."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="readings", db_index=False)
    product = models.CharField(max_length=8)
    as_of = models.DateTimeField()
    value = models.PositiveIntegerField()
    # The newest feed that said so.
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+", db_index=False)
    newest = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "product", "as_of"], name="one_reading_per_moment"),
            models.UniqueConstraint(
                fields=["company", "product"], condition=Q(newest=True), name="one_newest_reading"
            ),
        ]


class HeldFile(models.Model):
    """An uploaded file between "what would change" and "import it"; dropped after an hour."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="held_files")
    kind = models.CharField(max_length=20)  # companies, users, counts; company-mappings
    name = models.CharField(max_length=200)
    complete = models.BooleanField(default=False)
    about = models.BigIntegerField(null=True)  # of a mapping file: the integration's id
    made_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    report = models.JSONField(default=dict)  # what a dry run of it found


class HeldChunk(models.Model):
    """A piece of it: a file of any size is kept and read in bounded memory, in any database."""

    file = models.ForeignKey(HeldFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_chunk_per_number")]

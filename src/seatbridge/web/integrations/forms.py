"""The forms of an integration's page. What may be is judged by the verbs; here is what is shown and read."""

from django import forms

from seatbridge.integrations.adding import ConnectionForm
from seatbridge.integrations.models import Integration
from seatbridge.integrations.schedules import WEEKDAYS
from seatbridge.kit.secret import Secret
from seatbridge.reconcile.calendar import ContractTerms, IssueOn

_SECRET = {"autocomplete": "new-password", "spellcheck": "false"}
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_DAY = {"type": "date"}
_TIME = {"type": "time"}
STORED = "Stored. Leave it empty to keep it."


class Connection(forms.Form):
    """Secrets are write-only: what is stored, or was typed, is never shown again."""

    hostname = forms.CharField(
        label="Hostname",
        max_length=500,
        help_text="The host that you sign in to BMS on, like bms.kaseya.com. A pasted address is cut to it.",
        widget=forms.TextInput(_PLAIN | {"placeholder": "bms.kaseya.com"}),
    )
    username = forms.CharField(label="Username", max_length=200, widget=forms.TextInput(_PLAIN))
    password = forms.CharField(
        label="Password", max_length=500, strip=False, widget=forms.PasswordInput(_SECRET)
    )
    company_name = forms.CharField(
        label="Company Name",
        max_length=200,
        help_text="Your own company's name in BMS, as under My Settings.",
        widget=forms.TextInput(_PLAIN),
    )
    totp = forms.CharField(
        label="TOTP secret",
        max_length=200,
        required=False,
        help_text="Only for a user who signs in with a code. An API Employee has none.",
        widget=forms.PasswordInput(_SECRET),
    )
    password_set_on = forms.DateField(
        label="Password set on",
        required=False,
        help_text="BMS asks for a new password after 180 days: with the date you are told in time.",
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
    )

    def for_stored(self, integration: Integration) -> "Connection":
        """With secrets stored, empty ones keep them."""
        self.fields["password"].required = False
        self.fields["password"].help_text = STORED
        if integration.sealed_totp:
            self.fields["totp"].help_text = STORED
        return self

    @property
    def asked(self) -> ConnectionForm:
        read = self.cleaned_data
        return ConnectionForm(
            hostname=read["hostname"],
            company_name=read["company_name"],
            username=read["username"],
            password=Secret(read["password"]),
            totp=Secret(read["totp"].strip()),
            password_set_on=read["password_set_on"],
        )


class Timetable(forms.Form):
    cadence = forms.ChoiceField(
        label="How often", choices=(("daily", "Daily"), ("weekly", "Weekly")), widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label="On",
        coerce=int,
        choices=tuple(enumerate(WEEKDAYS)),
        required=False,
        empty_value=None,
        help_text="With Weekly.",
    )
    at = forms.TimeField(label="At", widget=forms.TimeInput(_TIME, format="%H:%M"))
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        required=False,
        widget=forms.TextInput(_PLAIN),
        help_text="Empty: your partner's own zone.",
    )


class Calendar(forms.Form):
    default = forms.ChoiceField(
        label="Contracts are invoiced at",
        choices=(
            (IssueOn.END.value, "End of Billing Cycle"),
            (IssueOn.START.value, "Start of Billing Cycle"),
        ),
        help_text="Issue Invoice on, in BMS. No program can read it there.",
    )
    end_posts_on = forms.IntegerField(
        label="End of cycle is posted on day", min_value=1, max_value=31, help_text="1 to 31"
    )
    start_posts_on = forms.IntegerField(
        label="Start of cycle is posted on day", min_value=1, max_value=31, help_text="1 to 31"
    )
    fiscal = forms.TypedChoiceField(
        label="Billing periods are",
        coerce=lambda text: text == "yes",
        choices=(("yes", "Calendar months (fiscal)"), ("no", "From the contract's start")),
    )
    freeze_until = forms.TimeField(
        label="On a posting day write nothing before", widget=forms.TimeInput(_TIME, format="%H:%M")
    )


class Terms(forms.Form):
    """What a contract does otherwise than the calendar."""

    issue_on = forms.ChoiceField(
        label="Invoiced at",
        required=False,
        choices=(("", "As the others"), ("end", "End of Billing Cycle"), ("start", "Start of Billing Cycle")),
    )
    posts_on = forms.IntegerField(
        label="Posted on day",
        min_value=1,
        max_value=31,
        required=False,
        help_text="1 to 31. Empty: as the others.",
    )
    fiscal = forms.ChoiceField(
        label="Periods",
        required=False,
        choices=(("", "As the others"), ("yes", "Calendar months"), ("no", "From its start")),
    )

    @property
    def terms(self) -> ContractTerms:
        read = self.cleaned_data
        issue_on = IssueOn(read["issue_on"]) if read["issue_on"] else None
        return ContractTerms(issue_on, {"yes": True, "no": False}.get(read["fiscal"]), read["posts_on"])


class OneContract(Terms):
    contract_id = forms.IntegerField(
        label="Contract number in BMS", min_value=1, max_value=10**15, widget=forms.TextInput(_PLAIN)
    )


class TestContract(forms.Form):
    contract_id = forms.IntegerField(
        label="Contract for the test write",
        min_value=1,
        max_value=10**15,
        required=False,
        widget=forms.TextInput(_PLAIN),
        help_text="The number of a contract of your own account, priced at a cent. Empty: none.",
    )

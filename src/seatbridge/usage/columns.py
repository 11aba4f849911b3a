"""Which column is which: header names and their synonyms."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatbridge.usage.refusals import ImportRefused, refuse_file, shown

_COMPANY = "company companyref companyreference companyid client clientref clientid customerid customerref"
_PRODUCT = "product productcode productname plan edition subscription license licence licensetype"

# Field -> what people and exports call it, compared without case and punctuation.
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "companies": {
        "ref": f"ref reference id externalid {_COMPANY}",
        "name": "name companyname clientname customername displayname",
        "type": "type companytype clienttype",
        "level": "level companylevel plan edition subscription tier",
        "licenses_assigned": "licenses licences licencesassigned assignedlicenses licensecount seats",
        "domains": "domains domain emaildomain emaildomains",
        "state": "state status companystate companystatus",
    },
    "users": {
        "company": _COMPANY,
        "user": "user userref userid userreference id uuid externalid",
        "email": "email emailaddress mail useremail",
        "name": "name username fullname displayname",
        "status": "status userstatus state userstate",
        "product": f"{_PRODUCT} level",
        "since": "since created createdat createdon added addedon dateadded startdate",
        "nfr": "nfr notforresale",
    },
    "counts": {
        "company": f"{_COMPANY} ref",
        "product": f"{_PRODUCT} level",
        "count": "count users usercount usercounts seats seatcount quantity qty number",
        "as_of": "asof date on counted countedat countedon timestamp",
    },
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "companies": ("ref", "name"),
    "users": ("company", "user", "status"),
    "counts": ("company", "product", "count"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """`places`: field -> index in a row. `unknown`: names of columns that nothing reads."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    width: int


def match_columns(kind: str, header: list[str]) -> Columns:
    """Raises ImportRefused: a required column is missing, or two columns mean the same."""
    meanings = _meanings(kind)
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        field = meanings.get(_plain(name))
        if field is None:
            continue
        if field in places:
            raise refuse_file(
                f"Two columns mean {field}: {shown(header[places[field]])} and {shown(name)}. Keep one."
            )
        places[field] = index
    if kind == "users" and "user" not in places and "email" in places:
        places["user"] = places["email"]  # exports without ids: the address names the user
    _require(kind, places, header)
    used = set(places.values())
    unknown = tuple(name.strip() for index, name in enumerate(header) if index not in used and name.strip())
    return Columns(places, unknown, len(header))


def names_known(kind: str, header: list[str]) -> int:
    meanings = _meanings(kind)
    return len({meanings[plain] for plain in map(_plain, header) if plain in meanings})


def _meanings(kind: str) -> dict[str, str]:
    return {
        name: field for field, names in SYNONYMS[kind].items() for name in (_plain(field), *names.split())
    }


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _require(kind: str, places: Mapping[str, int], header: list[str]) -> None:
    missing = [field for field in REQUIRED[kind] if field not in places]
    if missing:
        raise _missing(kind, missing, header)


def _missing(kind: str, missing: list[str], header: list[str]) -> ImportRefused:
    names = [shown(name.strip()) for name in header if name.strip()]
    found = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    columns = "a column" if len(missing) == 1 else "columns"
    return refuse_file(
        f"A {kind} file needs {columns} {', '.join(missing)}. Found: {found or 'no names at all'}. "
        f"The columns are {','.join(SYNONYMS[kind])}."
    )

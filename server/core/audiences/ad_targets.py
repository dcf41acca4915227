"""Ad platforms: the format that each takes, with the source of each rule."""

from __future__ import annotations

from server.core.audiences.emails import google_email
from server.core.audiences.names import google_name, meta_name
from server.core.audiences.phones import digits_alone
from server.core.audiences.places import meta_zip
from server.core.audiences.target import FileColumn, Kind, Part, Rules, Source, Target
from server.texts import to_say

_MB = 1_000_000

_GOOGLE_FILE = Source("Google Ads Help 7659867, Format your customer data file")
_GOOGLE_HASHES = Source("Google Ads Help 7659867 and the Google Ads API guide to Customer Match")
_GOOGLE = {
    "headers": _GOOGLE_FILE,
    "hashing": _GOOGLE_HASHES,
    "email": _GOOGLE_HASHES,
    "phone": _GOOGLE_HASHES,
    "names": Source(
        "Google's template for Customer Match; that inner blanks go as well is not verified", False
    ),
    "country and zip": Source("never hashed, as connectors of others describe it", False),
    "minimum": Source("100 records a file, as others describe it", False),
    "days kept": Source("Google Ads Help, membership of at most 540 days since 7 April 2025"),
    "consent": Source("Google Ads Help 14546648 and 14310715"),
}
_GOOGLE_COLUMNS = (
    FileColumn("Email", Part.EMAIL, is_hashed=True),
    FileColumn("Phone", Part.PHONE, is_hashed=True),
    FileColumn("First Name", Part.FIRST_NAME, is_hashed=True),
    FileColumn("Last Name", Part.LAST_NAME, is_hashed=True),
    FileColumn("Country", Part.COUNTRY),
    FileColumn("Zip", Part.ZIP),
)
_GOOGLE_RULES = Rules(email=google_email, name=google_name)
_META = Source("Meta Business Help 2082575038703844, How to format a customer list")
_TIKTOK = Source("TikTok Business Help Center, Custom Audience with a customer file")
_LINKEDIN = Source("LinkedIn Marketing Solutions Help a1489764")

GOOGLE_ADS = Target(
    "google_ads",
    to_say("Google Ads (file)"),
    Kind.ADS,
    _GOOGLE_COLUMNS,
    _GOOGLE,
    _GOOGLE_RULES,
    minimum=100,
    days_kept=540,
    one_consent=True,
)
GOOGLE_DATA_MANAGER = Target(
    "google_data_manager",
    "Google Ads (Data Manager)",
    Kind.ADS,
    _GOOGLE_COLUMNS,
    {
        **_GOOGLE,
        "headers": Source(
            "Google Ads Help 15146000: row 1, mapped by hand, each begins with a letter; as others quote it",
            False,
        ),
        "first tab": Source("Google Ads Help 15146000, as others quote it", False),
    },
    _GOOGLE_RULES,
    minimum=100,
    days_kept=540,
    one_consent=True,
    first_tab_only=True,
)
META = Target(
    "meta",
    "Meta (Facebook, Instagram)",
    Kind.ADS,
    (
        FileColumn("email", Part.EMAIL, is_hashed=True),
        FileColumn("phone", Part.PHONE, is_hashed=True),
        FileColumn("fn", Part.FIRST_NAME, is_hashed=True),
        FileColumn("ln", Part.LAST_NAME, is_hashed=True),
        FileColumn("zip", Part.ZIP, is_hashed=True),
        FileColumn("country", Part.COUNTRY, is_hashed=True),
    ),
    {
        "headers": _META,
        "hashing": Source("Meta Marketing API, Customer File Custom Audiences: all but MADID and EXTERN_ID"),
        "email": Source("Meta Marketing API: trimmed, lower case"),
        "phone": Source("Meta Marketing API: digits with the country code, no +, no leading 0"),
        "names": Source("Meta Marketing API: lower case, no punctuation"),
        "country and zip": Source("Meta Marketing API: ISO-2 in lower case; US first five digits"),
        "minimum": Source("Meta Business Help 2082575038703844: avoid fewer than 100 people"),
    },
    Rules(phone=digits_alone, name=meta_name, country=str.lower, postal=meta_zip),
    minimum=100,
)
TIKTOK = Target(
    "tiktok",
    "TikTok",
    Kind.ADS,
    (
        FileColumn("Email", Part.EMAIL, is_hashed=True, hashed_header="Email_SHA256"),
        FileColumn("Phone", Part.PHONE, is_hashed=True, hashed_header="Phone_SHA256"),
    ),
    {
        "headers": _TIKTOK,
        "hashing": _TIKTOK,
        "email": Source(
            "TikTok: lower case, no blanks; whether what follows a + goes differs by source", False
        ),
        "phone": Source("TikTok: E.164 with +; a second page of theirs also takes others", False),
        "minimum": Source("TikTok Business Help Center: at least 1,000 entries"),
        "size": _TIKTOK,
    },
    minimum=1000,
    minimum_counts="matched",
    largest_bytes=1000 * _MB,
)
PINTEREST = Target(
    "pinterest",
    "Pinterest",
    Kind.ADS,
    (FileColumn("Email", Part.EMAIL, is_hashed=True),),
    {
        "headers": Source("one column of addresses without a header, as remembered", False),
        "hashing": Source("Pinterest API, customer lists: plain or hashed addresses"),
        "email": Source("lower case without blanks, as remembered", False),
        "minimum": Source("Pinterest API, customer lists: at least 100 accounts are found"),
    },
    minimum=100,
    minimum_counts="matched",
    has_header_row=False,
)
LINKEDIN = Target(
    "linkedin",
    "LinkedIn",
    Kind.ADS,
    (
        FileColumn("email", Part.EMAIL, is_hashed=True),
        FileColumn("firstname", Part.FIRST_NAME),
        FileColumn("lastname", Part.LAST_NAME),
        FileColumn("jobtitle", Part.EMPTY),
        FileColumn("employeecompany", Part.EMPTY),
        FileColumn("country", Part.COUNTRY),
        FileColumn("googleaid", Part.EMPTY),
    ),
    {
        "headers": Source(
            "the template of Campaign Manager, as remembered: compare it with the one offered", False
        ),
        "hashing": _LINKEDIN,
        "email": Source("LinkedIn: SHA-256; lower case before, as remembered", False),
        "minimum": Source("LinkedIn Marketing Solutions Help a1489764: 300 rows, and 300 members found"),
        "size": Source("LinkedIn Marketing Solutions Help a1489764: 20 MB or 300,000 records"),
    },
    minimum=300,
    minimum_counts="matched",
    largest_bytes=20 * _MB,
    most_records=300_000,
)
MICROSOFT = Target(
    "microsoft",
    "Microsoft Advertising",
    Kind.ADS,
    (FileColumn("Email", Part.EMAIL, is_hashed=True),),
    {
        "headers": Source(
            "e-mail items; the header is remembered: compare it with the template offered", False
        ),
        "hashing": Source("SHA-256 of the address in lower case, as others describe it", False),
        "email": Source("lower case without blanks, as remembered", False),
        "minimum": Source("Microsoft Advertising Help 56921: 300 people are found"),
    },
    minimum=300,
    minimum_counts="matched",
    must_hash=True,
)

AD_TARGETS = (GOOGLE_ADS, GOOGLE_DATA_MANAGER, META, TIKTOK, PINTEREST, LINKEDIN, MICROSOFT)

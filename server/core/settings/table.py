"""Every setting, in one table: its default, its help, what is allowed, and what a change needs."""

from __future__ import annotations

from server.core.refresh_choices import (
    DEFAULT_AT,
    DEFAULT_TIME_ZONE,
    DIGESTS,
    EVERY,
    MOST_RECIPIENTS,
    OFF,
    WEEKLY,
)
from server.core.settings import values
from server.core.settings.questions import (
    ALLOWED_TEXTS,
    COLUMN_HELP,
    COLUMN_MEANINGS,
    COLUMN_SETTINGS,
    QUESTION_SETTINGS,
    TEXT_PARSERS,
)
from server.core.settings.setting import Needs, Setting
from server.core.settings.values import (
    DEFAULT_ACTIVE_DAYS,
    DEFAULT_HORIZON,
    HORIZONS,
    MAX_CLUSTERS,
    MIN_CLUSTERS,
    MOST_ACTIVE_DAYS,
    MOST_SOURCE_CUSTOMERS,
)
from server.texts import to_say

REFRESH = "refresh"
"""Group of the settings of what runs by itself."""

AUDIENCES = "audiences"
LEAVE_OUT, INCLUDE = "leave-out", "include"
EMPTY_CONSENTS = (LEAVE_OUT, INCLUDE)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "TimeZone",
        "time_zone",
        to_say("Time zone of PredictedAt and of today, by its name: Europe/Berlin…"),
        values.time_zone,
        to_say("a name such as America/New_York or Europe/Berlin"),
        default=DEFAULT_TIME_ZONE,
        needs=Needs.NOTHING,
    ),
    Setting(
        "AnalysisDate",
        "analysis_date",
        to_say("Day to which days since the last order are counted; auto is the day after the last order."),
        values.date,
        to_say("auto or a date such as 2025-01-31"),
    ),
    Setting(
        "Clusters",
        "clusters",
        to_say(
            "Number of segments, {least} to {most}; auto chooses from 3 to 8.",
            least=MIN_CLUSTERS,
            most=MAX_CLUSTERS,
        ),
        values.clusters,
        to_say("auto or a whole number from {end0} to {end1}"),
        (MIN_CLUSTERS, MAX_CLUSTERS),
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "DayFirst",
        "day_first",
        to_say("Whether 03/04/2025 is 3 April (yes) or 4 March (no); auto decides by the column."),
        values.yes_or_no,
        to_say("auto, yes or no"),
    ),
    Setting(
        "RepeatedLines",
        "repeated_lines",
        to_say(
            "auto: an order that was pasted twice counts once; keep: all lines count; once: of lines that are "
            "the same in every column used, one counts."
        ),
        values.repeated_lines,
        to_say("auto, keep or once"),
    ),
    Setting(
        "ActiveDays",
        "active_days",
        to_say(
            "In the Dashboard, a customer is active who bought within so many days before the analysis date."
        ),
        values.active_days,
        to_say("a whole number from {end0} to {end1}"),
        (1, MOST_ACTIVE_DAYS),
        default=DEFAULT_ACTIVE_DAYS,
    ),
    Setting(
        "Horizon",
        "horizon",
        to_say("Days ahead of expected spend and of likely to buy again: 30, 90 or 180. Needs new segments."),
        values.horizon,
        to_say("{end0}, {end1} or {end2}"),
        HORIZONS,
        default=DEFAULT_HORIZON,
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "Source",
        "source",
        to_say(
            "Where the orders are: auto is Training_Data; else a source that the engineer who runs the service has "
            "named."
        ),
        values.source,
        to_say("auto or the name of a source"),
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "SourceCustomers",
        "source_customers",
        to_say(
            "With a source: how many customers stand in RFM and Segmented_Customers, those who moved and those who "
            "spent "
            "most; auto is as many as the source allows."
        ),
        values.source_customers,
        to_say("auto or a whole number from {end0} to {end1}"),
        (0, MOST_SOURCE_CUSTOMERS),
    ),
    Setting(
        "ControlShare",
        "control_share",
        to_say(
            "Share of all customers who are never contacted, such as 5%: the standing control group. New customers "
            "join "
            "it by chance; 0 means nobody."
        ),
        values.control_share,
        to_say("0, or a share up to 50% such as 5%"),
        default=0,
    ),
    Setting(
        "Refresh",
        "every",
        to_say("Whether segments are refreshed by themselves where orders are new: off, nightly or weekly."),
        values.one_of(EVERY),
        to_say("off, nightly or weekly"),
        default=OFF,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "RefreshAt",
        "at",
        to_say(
            "From which hour on, in the zone of TimeZone: 3:00, or Monday 3:00 for a weekly one and the weekly digest."
        ),
        values.refresh_at,
        to_say("a full hour such as 3:00, or a day and an hour such as Monday 3:00"),
        default=DEFAULT_AT,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "Digest",
        "digest",
        to_say("When the digest is sent: weekly, or each time that segments were refreshed."),
        values.one_of(DIGESTS),
        to_say("weekly or each"),
        default=WEEKLY,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "DigestTo",
        "digest_to",
        to_say(
            "Who gets the digest: addresses and webhooks of Slack or Google Chat, with commas between; none: nobody. "
            "Whoever can read this tab can post to such a webhook."
        ),
        values.recipients,
        to_say(
            "none, e-mail addresses, or webhooks that begin with https://hooks.slack.com/services/ or "
            "https://chat.googleapis.com/v1/spaces/; {end0} of them at most"
        ),
        (MOST_RECIPIENTS,),
        default="none",
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "PhoneCountry",
        "phone_country",
        to_say(
            "Country of phone numbers in Contacts that name none, as a code of two letters: DE, US; none: they are "
            "left "
            "out."
        ),
        values.country,
        to_say("none or a code of two letters such as DE"),
        default="none",
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    Setting(
        "EmptyAdConsent",
        "empty_ad_consent",
        to_say(
            "Whether customers whose AdConsent is empty go into audiences for ads: leave-out or include. Including "
            "them is "
            "not lawful for people in the EEA, the United Kingdom and Switzerland, among others."
        ),
        values.one_of(EMPTY_CONSENTS),
        to_say("leave-out or include"),
        default=LEAVE_OUT,
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    Setting(
        "EmptyEmailConsent",
        "empty_email_consent",
        to_say(
            "Whether customers whose EmailConsent is empty go into files for e-mail tools: leave-out or include. "
            "Including "
            "them is not lawful for people in the EEA, the United Kingdom, Switzerland and Canada, among others."
        ),
        values.one_of(EMPTY_CONSENTS),
        to_say("leave-out or include"),
        default=LEAVE_OUT,
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    *(
        Setting(
            name,
            name,
            help_text,
            values.one_of(words) if words else TEXT_PARSERS[name],
            to_say("one of: auto, {values}", values=", ".join(words)) if words else ALLOWED_TEXTS[name],
            group="answers",
        )
        for name, (words, help_text) in QUESTION_SETTINGS.items()
    ),
    *(
        Setting(
            name,
            role,
            to_say(COLUMN_HELP, what=COLUMN_MEANINGS[role]),
            values.header,
            to_say("auto, none or a header of Training_Data"),
            group="columns",
            needs=Needs.SEGMENTS,
        )
        for name, role in COLUMN_SETTINGS.items()
    ),
)
"""Every setting, in the order of a new tab."""

SEGMENTATION_SETTINGS = tuple(setting for setting in SETTINGS if setting.group not in (REFRESH, AUDIENCES))
"""Those that a segmentation reads."""

DEFAULT_SETTINGS = tuple((setting.name, setting.default, setting.help) for setting in SETTINGS)
"""Rows of a new `Settings` tab: Setting, Value, Help."""

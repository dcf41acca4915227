"""All targets by key, each with rules of its own and their sources.

"Not verified" means that the platform's own page could not be read: the rule was told by others, or is remembered.
docs/audiences.md says per target what to click, and repeats what could not be verified.
"""

from __future__ import annotations

from server.core.audiences.ad_targets import AD_TARGETS
from server.core.audiences.email_targets import EMAIL_TARGETS
from server.core.audiences.target import Target

TARGETS: dict[str, Target] = {target.key: target for target in (*AD_TARGETS, *EMAIL_TARGETS)}
"""Every target by key, in the order in which they are offered."""

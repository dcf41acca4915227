"""The guards: the code of each, the code that replaces it, and the tests that must fail then.

A guard whose absence no fast test notices is a second line: `behind` names the first one, and the run removes both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    Attributes
    ----------
    name
        What it keeps out.
    path
        File, from the project's root.
    code
        Text that occurs once in the file.
    without
        What stands there when the guard is gone.
    tests
        What pytest is given: files, or one test.
    behind
        Name of the guard that stands before it, where that one alone hides its absence; "" for a first line.
    """

    name: str
    path: str
    code: str
    without: str
    tests: tuple[str, ...]
    behind: str = ""


_SIGNATURES, _IDENTITIES = "server/access/signatures.py", "server/access/identity.py"
_CONNECTION, _ROUTES, _BODIES = "server/access/connection.py", "server/web/routes.py", "server/web/bodies.py"
_TRANSACTION, _TOKEN = "server/sheets/commit/transaction.py", "server/sheets/commit/token.py"
_TRIAGE, _SCORE = "server/core/scoring/triage.py", "server/use_cases/scoring/score.py"
_ALLOWED, _BIGQUERY = "server/sources/allowed.py", "server/sources/engines/bigquery.py"
_DUCKDB = "server/sources/engines/duckdb.py"
_REPAIR, _MODEL = "server/sheets/scoring/repair.py", "server/core/segments/model.py"
_ANSWERS, _REQUESTS = "sheets_standin/page/answers.py", "server/sheets/api/requests.py"

GUARDS = (
    # Who calls: the signature.
    Guard(
        "signature",
        _SIGNATURES,
        "        Webhook(key).verify(body, signed, json_parse=False)\n",
        "        pass\n",
        ("tests/access/test_signed_calls.py::test_a_body_that_was_changed_after_signing",),
    ),
    Guard(
        "expiry of the key",
        _SIGNATURES,
        "if not now() < int(expiry) <= now() + KEY_SECONDS + 300:",
        "if False:",
        ("tests/access/test_signed_calls.py::test_with_a_key_that_has_expired_or_lives_too_long",),
    ),
    Guard(
        "key that is good for longer than any",
        _SIGNATURES,
        "if not now() < int(expiry) <= now() + KEY_SECONDS + 300:",
        "if not now() < int(expiry):",
        ("tests/access/test_signed_calls.py::test_with_a_key_that_has_expired_or_lives_too_long",),
    ),
    Guard(
        "length of signature headers",
        _SIGNATURES,
        " or max(map(len, given)) > LONGEST_HEADER",
        "",
        ("tests/access/test_signed_calls.py::test_with_an_expiry_that_is_no_date",),
    ),
    Guard(
        "spreadsheet of the signature",
        _ROUTES,
        "body.spreadsheet_id != signed_for",
        "False",
        ("tests/access/test_signed_calls.py::test_with_the_key_of_another_spreadsheet",),
    ),
    Guard(
        "calls a minute",
        _ROUTES,
        "            limit.count(signed_for)\n",
        "",
        ("tests/access/test_limits.py::test_a_spreadsheet_makes_so_many_calls_a_minute",),
    ),
    Guard(
        "size of a body",
        _ROUTES,
        "    request.max_content_length = most\n",
        "",
        ("tests/access/test_signed_calls.py::test_an_unsigned_connect_gets_less_room",),
    ),
    Guard(
        "encoded body",
        _ROUTES,
        "    if request.content_encoding:\n",
        "    if False:\n",
        (
            "tests/access/test_signed_calls.py::test_a_packed_body_is_not_unpacked",
            "tests/web/routes/test_routes.py::test_an_encoded_body",
        ),
    ),
    Guard(
        "body without a length",
        _ROUTES,
        '    if request.content_length is None and request.headers.get("Transfer-Encoding"):',
        "    if False:",
        ("tests/access/test_signed_calls.py::test_a_body_that_does_not_tell_its_length_is_refused_unread",),
    ),
    Guard(
        "version of the add-on",
        _ROUTES,
        "        _check_version(body)\n",
        "",
        ("tests/web/routes/test_routes.py::test_an_add_on_of_another_major_version",),
    ),
    Guard(
        "depth of a body",
        _BODIES,
        "if _depth(raw) > DEEPEST:",
        "if False:",
        ("tests/web/routes/test_routes.py::test_a_body_that_is_nested_too_deep",),
    ),
    Guard(
        "call of the body",
        _BODIES,
        'class InspectRequest(Envelope, frozen=True, kw_only=True, rename="camel"):\n'
        '    """Look at `Training_Data`, or at the source that `Settings` names."""\n\n    call: Literal["inspect"]',
        'class InspectRequest(Envelope, frozen=True, kw_only=True, rename="camel"):\n'
        '    """Look at `Training_Data`."""\n\n    call: str',
        (
            "tests/access/test_signed_calls.py::test_a_body_sent_to_another_route",
            "tests/web/routes/test_routes.py::test_a_body_of_another_call",
        ),
    ),
    Guard(
        "shape of a spreadsheet's id",
        _BODIES,
        'msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{10,200}$(?!\\n)")',
        "msgspec.Meta(max_length=200)",
        ("tests/attack/test_smuggling.py::test_a_spreadsheet_id_is_no_path_and_no_host",),
    ),
    Guard(
        "rows of a request",
        _BODIES,
        "msgspec.Meta(max_length=ROWS_PER_COMMIT)",
        "msgspec.Meta()",
        ("tests/web/routes/test_routes.py::test_rows_that_cannot_be",),
    ),
    Guard(
        "number of a row",
        _BODIES,
        "class RowSeen(msgspec.Struct, frozen=True, kw_only=True):\n"
        '    """A row of `New User` as the add-on saw it; `row` is the sheet row, from 1."""\n\n'
        "    row: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]",
        "class RowSeen(msgspec.Struct, frozen=True, kw_only=True):\n"
        '    """A row of `New User` as the add-on saw it; `row` is the sheet row, from 1."""\n\n'
        "    row: int",
        ("tests/web/routes/test_routes.py::test_rows_that_cannot_be",),
    ),
    # Who the person is: the identity token.
    Guard(
        "signature of the identity token",
        _IDENTITIES,
        "token, certs={key_id: certificate}, clock_skew_in_seconds=SKEW_SECONDS",
        "token, verify=False",
        (
            "tests/access/test_identity.py::test_a_token_that_google_did_not_sign_is_refused",
            "tests/access/test_identity.py::test_a_changed_claim_breaks_the_signature",
        ),
    ),
    Guard(
        "issuer of the identity token",
        _IDENTITIES,
        '            or seen.get("iss") not in self._issuers\n',
        "",
        ("tests/access/test_identity.py::test_a_token_that_is_not_right_is_refused",),
    ),
    Guard(
        "algorithm of the identity token",
        _IDENTITIES,
        'header.get("alg") != "RS256"\n            or not',
        "not",
        (
            "tests/access/test_identity.py::test_the_public_certificate_is_no_password",
            "tests/access/test_identity.py::test_a_token_that_google_did_not_sign_is_refused",
        ),
        behind="signature of the identity token",
    ),
    Guard(
        "expiry of the identity token",
        _IDENTITIES,
        "if not issued - SKEW_SECONDS <= self._now() <= expires + SKEW_SECONDS:",
        "if False:",
        ("tests/access/test_identity.py::test_a_token_that_is_not_right_is_refused",),
    ),
    Guard(
        "audience of the identity token",
        _IDENTITIES,
        '        self._check_audience(claims.get("aud"))\n',
        "",
        ("tests/access/test_identity.py::test_a_token_that_is_not_right_is_refused",),
    ),
    Guard(
        "verified address",
        _IDENTITIES,
        'if claims.get("email_verified") not in (True, "true"):',
        "if False:",
        ("tests/access/test_identity.py::test_a_token_that_is_not_right_is_refused",),
    ),
    Guard(
        "allowed domain",
        _IDENTITIES,
        "if asked_domain.casefold() not in self._domains:",
        "if False:",
        ("tests/access/test_identity.py::test_domains_that_may_connect",),
    ),
    Guard(
        "consumer account under a company's address",
        _IDENTITIES,
        "if workspace is None and domain not in _GOOGLE_MAIL:",
        "if False:",
        ("tests/access/test_identity.py::test_a_token_that_is_not_right_is_refused",),
    ),
    Guard(
        "size of the certificates",
        _IDENTITIES,
        "if len(fetched.content) > LARGEST_CERTIFICATES_BYTES:",
        "if False:",
        ("tests/access/test_identity.py::test_what_is_no_set_of_certificates_is_not_taken",),
    ),
    Guard(
        "certificates asked for by invented keys",
        _IDENTITIES,
        " and self._clock() >= self._next_fetch:",
        ":",
        (
            "tests/access/test_identity.py::test_invented_key_ids_do_not_have_the_certificates_fetched_each_time",
        ),
    ),
    # Who may connect a spreadsheet.
    Guard(
        "MAC of the nonce",
        _CONNECTION,
        "        if not any(fits):\n",
        "        if False:\n",
        ("tests/access/test_connect.py::test_a_nonce_is_for_one_spreadsheet_and_one_person",),
    ),
    Guard(
        "person of the nonce",
        _CONNECTION,
        'text = f"ate-nonce-1\\n{spreadsheet_id}\\n{subject}\\n{expiry}".encode()',
        'text = f"ate-nonce-1\\n{spreadsheet_id}\\n{expiry}".encode()',
        ("tests/access/test_connect.py::test_a_nonce_is_for_one_spreadsheet_and_one_person",),
    ),
    Guard(
        "spreadsheet of the nonce",
        _CONNECTION,
        'text = f"ate-nonce-1\\n{spreadsheet_id}\\n{subject}\\n{expiry}".encode()',
        'text = f"ate-nonce-1\\n{subject}\\n{expiry}".encode()',
        ("tests/access/test_connect.py::test_a_nonce_is_for_one_spreadsheet_and_one_person",),
    ),
    Guard(
        "expiry of the nonce",
        _CONNECTION,
        "if not self._now() < expiry <= self._now() + NONCE_SECONDS + SKEW_SECONDS:",
        "if False:",
        ("tests/access/test_connect.py::test_a_handshake_takes_at_most_five_minutes",),
    ),
    Guard(
        "proof of the verifier in the spreadsheet",
        _CONNECTION,
        "        if not is_proven:\n",
        "        if False:\n",
        (
            "tests/access/test_connect.py::test_a_viewer_who_reads_the_metadata_while_an_editor_connects_gets_nothing",
            "tests/access/test_connect.py::test_a_copy_is_not_connected",
        ),
    ),
    Guard(
        "proof is used once",
        _CONNECTION,
        "            if fits or not is_open:\n",
        "            if not is_open:\n",
        ("tests/access/test_connect.py::test_a_proof_is_good_once",),
    ),
    Guard(
        "connects a minute",
        _CONNECTION,
        "        self._limits.count(spreadsheet_id, who.subject)\n",
        "",
        ("tests/access/test_limits.py::test_one_person_cannot_connect_without_end",),
    ),
    Guard(
        "strict protections",
        _CONNECTION,
        "            self._refuse_protections(snapshot)\n",
        "",
        ("tests/access/test_connect.py::test_a_strict_protection_is_named_with_its_tab",),
    ),
    Guard(
        "Google that refuses no second writer",
        _CONNECTION,
        "if not keeps_writers_apart(sheet.calls, outcome):",
        "if False:",
        ("tests/proving/torture/test_quirks.py",),
    ),
    # One commit, applied once or not at all.
    Guard(
        "delete of the token that was read",
        _TOKEN,
        '        *({"deleteProtectedRange": {"protectedRangeId": token_id}} for token_id in read.ids),\n',
        "",
        (
            "tests/sheets/commit/test_commit.py::test_of_several_tokens_one_is_left",
            "tests/sheets/commit/test_commit.py::test_the_race_is_decided_by_the_id_to_delete_or_the_id_to_add",
        ),
    ),
    Guard(
        "id of the next token",
        _TOKEN,
        '        protected["protectedRangeId"] = successor.ids[0]\n',
        "        pass\n",
        (
            "tests/sheets/commit/test_commit.py::test_the_race_is_decided_by_the_id_to_delete_or_the_id_to_add",
        ),
    ),
    Guard(
        "base raised by what changes all customers",
        _TOKEN,
        "base=self.base + raises_base",
        "base=self.base",
        (
            "tests/use_cases/test_forgetting.py::test_a_training_that_began_before_does_not_bring_the_customer_back",
            "tests/use_cases/test_retraining.py::test_of_two_retrains_at_once_the_second_is_refused",
        ),
    ),
    Guard(
        "look for an earlier attempt's nonce",
        _TRANSACTION,
        "            if before.token.holds(nonce):\n",
        "            if False:\n",
        (
            "tests/sheets/commit/test_commit.py::test_a_lost_answer_is_recognised_and_not_written_again",
            "tests/sheets/commit/test_commit.py::test_what_is_told_is_what_the_applied_write_holds",
        ),
    ),
    Guard(
        "read before each retry",
        _TRANSACTION,
        "            before = self._read(attempt)\n",
        "            before = self._first = getattr(self, '_first', None) or self._read(attempt)\n",
        (
            "tests/sheets/commit/test_commit.py::test_of_two_writers_that_read_the_same_number_one_is_refused_and_none_is_lost",
            "tests/sheets/commit/test_commit.py::test_a_lost_answer_is_recognised_and_not_written_again",
        ),
    ),
    Guard(
        "token made before anything else is written",
        _TRANSACTION,
        "if MODEL in before.tabs and (missing or not before.token.ids):",
        "if MODEL in before.tabs and missing:",
        (
            "tests/sheets/commit/test_commit.py::test_without_a_token_the_first_commit_makes_one",
            "tests/sheets/commit/test_commit.py::test_a_batch_that_comes_late_after_the_token_was_removed_writes_no_second_line",
        ),
    ),
    Guard(
        "tags made before anything else is written",
        _TRANSACTION,
        "if MODEL in before.tabs and (missing or not before.token.ids):",
        "if MODEL in before.tabs and not before.token.ids:",
        (
            "tests/sheets/commit/test_column_tags.py::test_a_column_without_a_tag_gets_one_before_anything_is_written",
        ),
    ),
    Guard(
        "renewal of the columns' tags",
        _TRANSACTION,
        "return [] if self._id in self._untagged else renewals(before, write.tabs)",
        "return []",
        (
            "tests/sheets/commit/test_column_tags.py::test_an_instance_that_dies_after_its_write_leaves_every_cell_as_it_was",
        ),
    ),
    Guard(
        "the same refusal twice ends it",
        _TRANSACTION,
        "                raise error\n",
        "                pass\n",
        ("tests/sheets/commit/test_commit.py::test_a_strict_protection_is_told_in_the_marketers_words",),
    ),
    Guard(
        "place of a column in its tag's renewal",
        "server/sheets/commit/column_tags.py",
        '        "metadataLocation": {"dimensionRange": _place(sheet_id, column)},\n'
        '        "locationMatchingStrategy": "EXACT_LOCATION",\n',
        "",
        (
            "tests/sheets/commit/test_column_tags.py::test_an_instance_that_dies_after_its_write_leaves_every_cell_as_it_was",
        ),
    ),
    Guard(
        "verification after the write",
        "server/use_cases/scoring/call.py",
        "if outcome.write is not None and repairs(outcome.write, outcome.before, outcome.after):",
        "if False:",
        (
            "tests/use_cases/test_moves.py::test_a_label_beside_the_wrong_customer_is_taken_back_and_later_right",
        ),
    ),
    Guard(
        "one lock a spreadsheet",
        "server/sheets/commit/locks.py",
        "        if not lock.inner.acquire(timeout=seconds):\n",
        "        if not lock.inner.acquire(timeout=seconds) and seconds < 0:\n",
        (
            "tests/sheets/commit/test_commit.py::test_a_turn_that_does_not_come_is_answered",
            "tests/sheets/commit/test_commit.py::test_locks_are_for_one_spreadsheet_each",
        ),
    ),
    # Rows and the log.
    Guard(
        "id of a row copied with its outputs",
        _TRIAGE,
        "        if first != row.row or not _looks_settled",
        "        if not _looks_settled",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_sweep.py::test_a_copied_row_gets_a_prediction_of_its_own",
        ),
    ),
    Guard(
        "fingerprint of a row's inputs",
        _TRIAGE,
        "    if identity.fingerprint == here.fingerprint:\n        return True\n",
        "    return True\n",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_scoring.py::test_a_corrected_input_is_scored_anew_and_the_old_line_stays",
        ),
    ),
    Guard(
        "line that stands in another row",
        _TRIAGE,
        "return identity not in self._given and (self._owners or {}).get(identity, row.row) == row.row",
        "return True",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_sweep.py::test_a_line_is_not_given_back",
        ),
    ),
    Guard(
        "line of a former model",
        _TRIAGE,
        "        and identity.model_version == conditions.model_version\n",
        "",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_sweep.py::test_a_line_is_not_given_back",
        ),
    ),
    Guard(
        "age of a line that is given back",
        _TRIAGE,
        "        and conditions.now - identity.moment < RESTORE_AGE\n",
        "",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_sweep.py::test_a_line_is_not_given_back",
        ),
    ),
    Guard(
        "notes of others",
        _TRIAGE,
        "if wanted != present and (is_ours or (wanted and not present)):",
        "if wanted != present:",
        (
            "tests/core/scoring/test_decide.py",
            "tests/use_cases/test_scoring.py::test_a_marketers_own_note_is_never_touched",
        ),
    ),
    Guard(
        "rows that are not what the add-on saw",
        _SCORE,
        "if not force and not _shows_what_was_seen(present, asked):",
        "if False:",
        ("tests/use_cases/test_scoring.py::test_rows_moved_since_the_edit_are_found_by_looking_at_all",),
    ),
    Guard(
        "forced score that is repeated",
        _SCORE,
        "            if _has_mark(snapshot, present, force_mark):\n",
        "            if False:\n",
        ("tests/access/test_signed_calls.py::test_a_replayed_score_again_changes_nothing",),
    ),
    Guard(
        "commit between a scan and its write",
        "server/sheets/scoring/full_scan.py",
        "    return scan.token == snapshot.token\n",
        "    return True\n",
        ("tests/use_cases/test_sweep.py",),
    ),
    Guard(
        "rows moved between a scan and its write",
        "server/sheets/scoring/full_scan.py",
        "return [row for row in rows if (then := scanned.get(row.row)) is not None and _is_same(then, row)]",
        "return list(rows)",
        (
            "tests/use_cases/test_sweep.py::test_rows_that_move_between_the_look_at_all_and_the_read_of_some_are_not_taken_for_copies",
        ),
    ),
    Guard(
        "cells of others written over by a repair",
        _REPAIR,
        "    if NEW_USER not in after.tabs or before.tab(NEW_USER).header != after.tab(NEW_USER).header:\n",
        "    if NEW_USER not in after.tabs or True:\n",
        (
            "tests/use_cases/test_moves.py::test_rows_that_move_while_a_column_is_taken_back_lose_none_of_their_cells",
        ),
    ),
    Guard(
        "what Google quotes of a cell",
        "server/sheets/api/failures.py",
        '    what = f"{failure.status}, {place[0]}" if place else str(failure.status)\n',
        '    what = f"{failure.status}, {failure.message}"\n',
        ("tests/sheets/api/test_failures.py",),
    ),
    # The schedule.
    Guard(
        "refresh that another run has done",
        "server/use_cases/segmentation/ran.py",
        "        if self.turn is not None and self.turn.is_settled(snapshot):\n",
        "        if False:\n",
        ("tests/use_cases/test_refresh.py::test_two_instances_that_both_run_write_once",),
        behind="segments that somebody else made meanwhile",
    ),
    Guard(
        "segments that somebody else made meanwhile",
        "server/use_cases/segmentation/pending.py",
        "        if snapshot.token.base != self.base:\n",
        "        if False:\n",
        ("tests/use_cases/test_retraining.py::test_of_two_retrains_at_once_the_second_is_refused",),
    ),
    Guard(
        "digest that somebody else sends",
        "server/core/schedule/digests.py",
        "    if _is_claimed(record, moment):\n",
        "    if False:\n",
        ("tests/use_cases/test_digest.py", "tests/core/schedule"),
    ),
    # Tests and audiences.
    Guard(
        "test that another instance has started",
        "server/use_cases/experiments/starting.py",
        "            if there is not None:  # another instance was faster\n",
        "            if False:\n",
        ("tests/use_cases/test_experiments.py",),
    ),
    Guard(
        "audience whose customers changed meanwhile",
        "server/use_cases/audiences/making.py",
        "        if seen.token.base != self.read.overview.token.base or is_longer:\n",
        "        if False:\n",
        (
            "tests/use_cases/test_audiences.py::test_what_another_making_has_recorded_meanwhile_is_not_passed_over",
        ),
    ),
    Guard(
        "another test that was started meanwhile",
        "server/use_cases/experiments/starting.py",
        "            self._refuse_other_tests(snapshot)\n",
        "",
        ("tests/use_cases/test_experiments.py::test_two_tests_that_start_at_once_deal_nobody_twice",),
    ),
    Guard(
        "list to exclude that would become an audience",
        "server/use_cases/audiences/reading.py",
        "    if not (excludes if asked.who == Who.HELD_OUT else former in names):\n",
        "    if False:\n",
        ("tests/use_cases/test_audiences.py::test_the_control_group_is_a_list_to_exclude",),
    ),
    Guard(
        "address of the control group in somebody else's row",
        "server/core/audiences/members.py",
        "        return None if self._held_out.isdisjoint(keys) else Reason.CONTROL\n",
        "        return None\n",
        ("tests/core/audiences/test_members.py",),
    ),
    Guard(
        "files that nobody fetched in time",
        "server/use_cases/audiences/deliveries.py",
        "            return files if self._clock() < self._until else ()\n",
        "            return files\n",
        ("tests/use_cases/test_deliveries.py",),
    ),
    Guard(
        "audience that would join another's making",
        "server/web/audience_calls.py",
        "work, joins=False",
        "work",
        ("tests/web/test_audience_calls.py",),
    ),
    Guard(
        "tab of tests that is gone",
        "server/sheets/tabs/experiments.py",
        "    if len(snapshot.tab(title).present(HEADERS[title])) > len(HEADERS[title]) // 2:\n",
        "    if False:\n",
        (
            "tests/use_cases/test_experiments.py::test_nobody_is_given_to_an_audience_while_a_tab_of_tests_is_gone",
        ),
    ),
    # The model.
    Guard(
        "checksum of the model",
        _MODEL,
        "    if checksum(text) != expected_checksum.strip():\n",
        "    if False:\n",
        ("tests/core/segments/test_model.py::test_a_changed_model_is_refused",),
    ),
    Guard(
        "numbers of the model that are not finite",
        _MODEL,
        "if not all(map(math.isfinite, _numbers(msgspec.to_builtins(model)))):",
        "if False:",
        (
            "tests/attack/test_model_rows.py::test_numbers_that_are_none_are_refused",
            "tests/core/segments/test_model.py",
        ),
        behind="numbers of the model beyond all use",
    ),
    Guard(
        "numbers of the model beyond all use",
        _MODEL,
        'return "" if are_steps_usual and are_points_usual else "it holds a number beyond all use"',
        'return ""',
        ("tests/attack/test_model_rows.py::test_a_model_that_would_mislead_is_refused",),
    ),
    Guard(
        "cluster numbers given twice",
        _MODEL,
        "if len(set(model.clusters)) != model.k or max(model.clusters) >= model.next_cluster:",
        "if False:",
        (
            "tests/core/segments/test_model.py",
            "tests/attack/test_model_rows.py::test_a_model_that_would_mislead_is_refused",
        ),
    ),
    # Long work.
    Guard(
        "record of long work that is alive",
        "server/operations/records.py",
        "if present is None and record.operation is not None and self._is_alive(record.operation, now):",
        "if False:",
        ("tests/web/test_operations.py::test_another_request_joins_the_one_that_runs",),
    ),
    Guard(
        "run whose place another has taken",
        "server/operations/heartbeat.py",
        "        if self._is_superseded:\n",
        "        if False:\n",
        ("tests/web/test_operations.py::test_who_was_given_up_for_lost_stops_and_changes_no_record",),
    ),
    Guard(
        "end of a run that is not on record",
        "server/operations/records.py",
        "if record.operation is None or record.operation.id != ended.id:",
        "if False:",
        ("tests/web/test_operations.py::test_who_was_given_up_for_lost_stops_and_changes_no_record",),
    ),
    Guard(
        "operations at once",
        "server/operations/records.py",
        "            if not has_place:\n",
        "            if False:\n",
        ("tests/web/test_operations.py::test_no_more_work_than_there_is_memory_for",),
    ),
    # Erasing a customer.
    Guard(
        "erasing without confirmation",
        "server/use_cases/forget_customer.py",
        "return call.erase() if confirmed else call.look()",
        "return call.erase()",
        ("tests/use_cases/test_forgetting.py::test_without_confirmation_it_only_tells",),
    ),
    Guard(
        "rows of others erased by mistake",
        "server/use_cases/forget_customer.py",
        "[*restoring(tabs, wrong, copy_id), delete_sheet(copy_id)]",
        "[delete_sheet(copy_id)]",
        ("tests/use_cases/test_forgetting.py::test_rows_that_move_at_the_same_moment_cost_nobody_a_row",),
    ),
    # Text stays text.
    Guard(
        "text that begins like a formula",
        _REQUESTS,
        '{"userEnteredValue": {"stringValue": value[:TEXT_LIMIT]}}',
        '{"userEnteredValue": {"formulaValue" if value[0] == "=" else "stringValue": value[:TEXT_LIMIT]}}',
        ("tests/attack/test_cells.py",),
    ),
    Guard(
        "text longer than a cell",
        _REQUESTS,
        "value[:TEXT_LIMIT]",
        "value",
        (
            "tests/attack/test_cells.py",
            "tests/sheets/api",
        ),
    ),
    Guard(
        "control codes in a terminal",
        "server/cli.py",
        "sys.stderr.write(terminal_text(text) + ",
        "sys.stderr.write(text + ",
        ("tests/attack/test_terminal.py",),
    ),
    Guard(
        "formulas in the command line's file",
        "server/cli.py",
        """return "'" + text if text[:1] in ("=", "+", "-", "@", "\\t", "\\r") else text""",
        "return text",
        ("tests/test_cli.py",),
    ),
    # Settings of a deployment.
    Guard(
        "length of the secret",
        "server/config.py",
        "elif value and len(value) < SHORTEST_SECRET:",
        "elif False:",
        ("tests/test_config.py",),
    ),
    Guard(
        "addresses without https",
        "server/config.py",
        'if not (parts.scheme == "https" and parts.hostname) and not is_local:',
        "if False:",
        ("tests/test_config.py",),
    ),
    # The page of the local product.
    Guard(
        "Host of the page",
        _ANSWERS,
        'if headers.get("host", "") not in hosts:',
        "if False:",
        ("tests/sheets_standin/page/test_server.py",),
    ),
    Guard(
        "Origin of the page",
        _ANSWERS,
        'if origin is not None and origin.removeprefix("http://") not in hosts:',
        "if False:",
        ("tests/sheets_standin/page/test_server.py",),
    ),
    Guard(
        "type of what the page is sent",
        _ANSWERS,
        'if headers.get("content-type", "").partition(";")[0] != "application/json":',
        "if False:",
        ("tests/sheets_standin/page/test_server.py",),
    ),
    Guard(
        "files beside the page's own",
        _ANSWERS,
        "    if not file.is_file() or file.resolve().parent != folder:\n",
        "    if not file.is_file():\n",
        ("tests/sheets_standin/page/test_server.py",),
    ),
    Guard(
        "policy of a sidebar's frame",
        _ANSWERS,
        '    headers = _HEADERS | {"Content-Security-Policy": _FRAME_POLICY}\n',
        "    headers = dict(_HEADERS)\n",
        ("tests/sheets_standin/page/test_server.py",),
    ),
    # Sources of orders.
    Guard(
        "spreadsheets that may use a source",
        _ALLOWED,
        "if source is None or spreadsheet_id not in source.spreadsheets:",
        "if source is None:",
        ("tests/sources/test_before_a_run.py::test_another_spreadsheet_may_not_use_it",),
    ),
    Guard(
        "domains that may use a source",
        _ALLOWED,
        "if source.domains and domain not in source.domains and not goes_on:",
        "if False:",
        ("tests/sources/test_before_a_run.py::test_who_may_not_use_a_source_is_told_the_same_as_for_none",),
    ),
    Guard(
        "estimate before a run",
        "server/sources/stages.py",
        "    if estimate > source.max_bytes_billed:\n",
        "    if False:\n",
        ("tests/sources/test_bigquery.py::test_a_run_that_would_cost_too_much_asks_for_estimates_alone",),
    ),
    Guard(
        "cap of each job",
        _BIGQUERY,
        "            maximum_bytes_billed=self._source.max_bytes_billed,\n",
        "",
        ("tests/sources/test_bigquery.py::test_each_job_is_capped_labelled_and_known_by_run_and_step",),
    ),
    Guard(
        "tables that a killed run left",
        _BIGQUERY,
        "            for table in self._beside(_STAGE):\n",
        "            for table in ():\n",
        ("tests/sources/test_bigquery.py::test_a_run_cancels_what_dead_ones_left_running",),
    ),
    Guard(
        "runs of other spreadsheets",
        "server/sources/engines/engine.py",
        "    if mine[2] == its[2]:\n",
        "    if True:\n",
        ("tests/sources/test_bigquery.py", "tests/sources/test_duckdb.py"),
    ),
    Guard(
        "what dead runs of anybody left",
        "server/sources/engines/engine.py",
        "return _began(mine) - _began(its) > dt.timedelta(hours=_LONGEST_HOURS)",
        "return False",
        ("tests/sources/test_bigquery.py", "tests/sources/test_duckdb.py"),
    ),
    Guard(
        "the statement of a run whose place is taken",
        "server/operations/heartbeat.py",
        "        if self._is_superseded and stop is not None:\n            stop()\n",
        "",
        (
            "tests/web/test_operations.py::test_who_waits_for_a_warehouse_when_another_run_takes_its_place_is_stopped",
        ),
    ),
    Guard(
        "files outside the declared folders",
        _DUCKDB,
        '        "SET enable_external_access = false",\n',
        "",
        ("tests/sources/test_duckdb.py::test_no_statement_gets_out_of_the_declared_folders",),
    ),
    Guard(
        "settings of DuckDB",
        _DUCKDB,
        '        "SET lock_configuration = true",\n',
        "",
        ("tests/sources/test_duckdb.py::test_no_statement_gets_out_of_the_declared_folders",),
    ),
    Guard(
        "spills that a killed run left",
        _DUCKDB,
        "                    shutil.rmtree(folder, ignore_errors=True)\n",
        "                    pass\n",
        ("tests/sources/test_duckdb.py::test_a_run_removes_the_files_that_dead_ones_have_left",),
    ),
    # The add-on.
    Guard(
        "functions that pages may not call",
        "apps_script/sidebar.js",
        "    if (!Object.prototype.hasOwnProperty.call(table, name)) {",
        "    if (!(name in table)) {",
        ("tests/apps_script/test_unit.py",),
    ),
    Guard(
        "redirects of signed bodies",
        "apps_script/webhook.js",
        "        followRedirects: false,\n",
        "",
        ("tests/apps_script/test_unit.py",),
    ),
)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bound on hostile input, in one place.

All input is written by strangers.  A room that reads input takes its bounds from the one
``Limits`` it is given (``DEFAULT_LIMITS`` unless a test says otherwise) and raises
``LimitExceededError`` past them; the caller says so and goes on with the next mail.
"""

from __future__ import annotations

from dataclasses import dataclass


class LimitExceededError(ValueError):
    """Input is larger, deeper or more numerous than the bound allows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on input; sizes in bytes unless said otherwise."""

    message_bytes: int = 25_000_000
    message_lines: int = 500_000
    message_seconds: float = 2.0
    """Of the processor, for reading one mail."""
    header_bytes: int = 256_000
    header_count: int = 500
    header_line_bytes: int = 20_000
    mime_parts: int = 200
    mime_depth: int = 20
    addresses: int = 50
    diff_bytes: int = 10_000_000
    diff_line_bytes: int = 100_000
    diff_files: int = 2_000
    diff_hunks: int = 20_000
    resolved_characters: int = 32_000_000
    """Text of whole files held for one series; past it the hunks stand alone."""
    patches_per_message: int = 100
    series_members: int = 1_000
    repository_bytes: int = 100_000_000
    """What git prints of one range of commits."""
    git_answer_bytes: int = 1_000_000
    """What git prints in answer to one question: a name, or the names of new files."""
    watched_files: int = 20_000
    scheme_bytes: int = 8_000_000
    scheme_depth: int = 1_000
    scheme_forms: int = 100_000
    evaluation_steps: int = 100_000
    """Steps of one definition: a dozen times what any takes that is known."""
    evaluation_steps_per_series: int = 600_000
    """Steps of all definitions of one series together, a microsecond and a half each at most; past
    it what is left stays unknown."""
    evaluation_depth: int = 200
    evaluation_string: int = 100_000
    packages_per_series: int = 500
    series_characters: int = 2_000_000
    """Text of definitions that one series touches, as far as they are read."""
    series_words: int = 400_000
    """The same in words, quotes and parentheses, more than code of that length has: how long it
    takes to read depends on them."""
    definition_characters: int = 1_000_000
    guess_characters: int = 100_000
    """Of a hunk's first form, by which it is told whether the hunk begins within a string."""
    data_per_series: int = 800_000
    """Data (symbols, strings, lists ...) read in whole files for one series: what it touches, and
    what that asks for."""
    kept_text_bytes: int = 32_000_000
    """Of memory, for texts of a clone's files that the next series may ask for again."""
    kept_outline_bytes: int = 64_000_000
    """The same for where the definitions of files are, and those of them that were read."""
    path_characters: int = 2_000
    """Of a file's names before and after together."""
    package_origins: int = 200
    package_licenses: int = 100
    package_comments: int = 1_000
    package_steps: int = 200
    """Steps of one package's install plan."""
    origin_urls: int = 30
    origin_comments: int = 500
    name_characters: int = 500
    """Of a name, a version, a file's name."""
    url_characters: int = 2_000
    text_characters: int = 20_000
    """Of a synopsis or a description."""
    subject_characters: int = 500
    command_characters: int = 20_000
    """Of a mail's text, from its beginning, in which commands are looked for."""
    command_lines: int = 300
    commands_per_mail: int = 3
    subscriptions_per_address: int = 50
    subscriptions_per_issue: int = 100
    proof_bytes: int = 2_000_000
    """Of a mail whose signatures are looked at; a longer one proves nobody."""
    dkim_signatures: int = 5
    """Signatures of a domain that could vouch for From; the others cost no look-up."""
    dkim_signature_bytes: int = 4_096
    dkim_covered: int = 100
    """Header names that one signature may list."""
    key_record_bytes: int = 2_048
    """Of a DKIM key in the DNS: an RSA key of 8,192 bits fits, one that takes minutes does not."""
    dns_seconds: float = 5.0
    results_clauses: int = 50
    openpgp_signature_bytes: int = 20_000
    openpgp_seconds: float = 10.0
    openpgp_output_bytes: int = 100_000
    openpgp_packets: int = 200_000
    keyring_bytes: int = 20_000_000
    keyring_files: int = 2_000
    authorizations: int = 2_000


DEFAULT_LIMITS = Limits()

# SPDX-License-Identifier: GPL-3.0-or-later
r"""The lexical syntax of Guile 3.0: one regular expression, and what single tokens mean.

The rules are those of Guile's own reader (module ``(ice-9 read)``) with the options that Guile
starts with, and of Guix's reader extensions for G-expressions (module ``(guix gexp)``).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

_DELIMITERS: Final = r" \t\n\r\f()\[\];\""
_CONSTITUENT: Final = rf"[^{_DELIMITERS}]"

SYMBOL, OPEN, CLOSE, STRING, KEYWORD, COMMENT, NUMBER, PREFIX, ESCAPED, SHARP, OTHER = range(1, 12)

TOKEN: Final = re.compile(
    rf"""[ \t\n\r\f]*+(?:
      ([^{_DELIMITERS}\#'`,0-9+\-.]{_CONSTITUENT}*+)             # 1 symbol
    | ([(\[])                                                    # 2 open
    | ([)\]])                                                    # 3 close
    | "([^"\\]*+)"                                               # 4 string without escapes
    | \#:([^{_DELIMITERS}\#'`,0-9+\-.]{_CONSTITUENT}*+)          # 5 keyword
    | (;[^\n]*+)                                                 # 6 comment of a line
    | ([0-9+\-.]{_CONSTITUENT}*+)                                # 7 number, or a symbol like one
    | ('|`|,@?|\#(?:['`~;:]|\$@?|\+@?|,@?))                      # 8 prefix of the next datum
    | ("[^"\\]*+(?:\\.[^"\\]*+)*+")                              # 9 string with escapes
    | (\#)                                                       # 10 any other sharp syntax
    | (.)                                                        # 11 an unterminated string
    | \Z)""",
    re.VERBOSE | re.DOTALL,
)
"""One token with the white space in front of it; ``lastindex`` tells which (None: the end)."""

CHARACTER: Final = re.compile(rf"\\(?:[{_DELIMITERS}]|{_CONSTITUENT}++)", re.DOTALL)
BOOLEAN: Final = re.compile(r"[tT](?:[rR][uU][eE])?|[fF](?:[aA][lL][sS][eE])?")
ARRAY_PREFIX: Final = re.compile(
    r"(?:vu8|[0-9]*(?:[suf](?:8|16|32|64)|c(?:32|64)|[ab])?(?:@-?[0-9]+)?(?::[0-9]+)?"
    r"(?:(?:@-?[0-9]+)(?::[0-9]+)?)*)\("
)
BIT_VECTOR: Final = re.compile(r"\*([01]*)")
RADIX_NUMBER: Final = re.compile(rf"[iebBoOdDxXIE]{_CONSTITUENT}*+")
NIL: Final = re.compile(rf"nil(?!{_CONSTITUENT})")
EXTENDED_SYMBOL_END: Final = re.compile(r"(?<!\\)(?:\\\\)*+\}\#")
"""To be searched for behind ``#{``: the first ``}#`` behind an even number of backslashes."""
DIRECTIVE: Final = re.compile(r"!([-\w]*)")
BLOCK_BORDER: Final = re.compile(r"\|\#|\#\|")

PREFIXES: Final = {
    "'": "quote",
    "`": "quasiquote",
    ",": "unquote",
    ",@": "unquote-splicing",
    "#'": "syntax",
    "#`": "quasisyntax",
    "#,": "unsyntax",
    "#,@": "unsyntax-splicing",
    "#~": "gexp",
    "#$": "ungexp",
    "#$@": "ungexp-splicing",
    "#+": "ungexp-native",
    "#+@": "ungexp-native-splicing",
}
"""The symbol that each prefix stands for; ``#;`` and ``#:`` stand for none."""

_ESCAPE = re.compile(
    r"\\(?:(\n)[\t\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*"
    r"|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))",
    re.DOTALL,
)
_SIMPLE_ESCAPES = {
    "|": "|", "\\": "\\", "(": "(", '"': '"', "0": "\0", "f": "\f", "n": "\n", "r": "\r",
    "t": "\t", "a": "\a", "v": "\v", "b": "\b",
}  # fmt: skip

_CONTROL_NAMES = [
    "nul",
    "soh",
    "stx",
    "etx",
    "eot",
    "enq",
    "ack",
    "bel",
    "bs",
    "ht",
    "lf",
    "vt",
    "ff",
    "cr",
    "so",
    "si",
    "dle",
    "dc1",
    "dc2",
    "dc3",
    "dc4",
    "nak",
    "syn",
    "etb",
    "can",
    "em",
    "sub",
    "esc",
    "fs",
    "gs",
    "rs",
    "us",
    "sp",
]
_CHARACTER_NAMES = {name: chr(code) for code, name in enumerate(_CONTROL_NAMES)} | {
    "del": "\x7f", "delete": "\x7f", "space": " ", "newline": "\n", "alarm": "\a",
    "backspace": "\b", "tab": "\t", "linefeed": "\n", "vtab": "\v", "page": "\f", "return": "\r",
    "escape": "\x1b", "null": "\0", "nl": "\n", "np": "\f",
}  # fmt: skip

_INTEGER = re.compile(r"[+-]?[0-9]+")
_RATIO = re.compile(r"([+-]?[0-9]+)/([0-9]+)")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[esfdlESFDL][+-]?[0-9]++)?")
_SPECIAL = re.compile(r"([+-])(?:inf|nan)\.0", re.IGNORECASE)
_REAL = r"(?:[0-9]++(?:/[0-9]++|\.[0-9]*+)?|\.[0-9]++)(?:[esfdlESFDL][+-]?[0-9]++)?"
_COMPLEX = re.compile(rf"([+-]?{_REAL})?([+-](?:{_REAL})?)[iI]|([+-]?{_REAL})@([+-]?{_REAL})")
_RADIX = {"b": 2, "o": 8, "d": 10, "x": 16}
_MOST_BITS = 14_000
"""Of a whole number: as many as Python's own bound on decimal digits lets be shown."""

NumberValue = int | float | Fraction | complex


class TokenError(ValueError):
    """A token that Guile would not accept."""


def string_value(body: str) -> str:
    """Decode the escapes of a string literal's body; raise TokenError for an unknown one."""
    return _ESCAPE.sub(_unescape, body)


def _unescape(match: re.Match[str]) -> str:
    newline, *codes, simple = match.groups()
    if newline:
        # The default of Guile's reader option hungry-eol-escapes is off.
        return match.group()[2:]
    code = next((code for code in codes if code), None)
    if code:
        return _character(int(code, 16))
    if simple not in _SIMPLE_ESCAPES:
        raise TokenError(f"invalid character in escape sequence: {simple!r}")
    return _SIMPLE_ESCAPES[simple]


def _character(code: int) -> str:
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise TokenError(f"no such character: {code:#x}")
    return chr(code)


def character_value(token: str) -> str:
    r"""Return the character that ``#\token`` names (``token`` without ``#\``)."""
    first = token[0]
    if len(token) == 1 or (len(token) == 2 and token[1] == "\u25cc"):
        return first
    if first in "01234567" and re.fullmatch("[0-7]+", token):
        return _character(int(token[:12], 8))
    if first == "x" and re.fullmatch("[0-9a-fA-F]+", token[1:]):
        return _character(int(token[1:12], 16))
    try:
        return _CHARACTER_NAMES[token.lower()]
    except KeyError:
        raise TokenError(f"unknown character name: {token[:40]}") from None


def extended_symbol_name(body: str) -> str:
    """Decode the backslashes of ``#{body}#``."""
    return re.sub(r"\\(?:x([0-9a-fA-F]+);|(.))", _extended_escape, body, flags=re.DOTALL)


def _extended_escape(match: re.Match[str]) -> str:
    if match.group(1):
        return _character(int(match.group(1)[:12], 16))
    if match.group(2) == "x":
        raise TokenError("invalid character in escape sequence")
    return match.group(2)


def number_value(token: str) -> NumberValue | None:
    """Return the number that a token means, or None where it is a symbol."""
    if _INTEGER.fullmatch(token):
        return _integer(token, 10)
    if token[-1].isalpha() or token[-1].isdigit() or token[-1] == ".":
        return _other_number(token)
    return None


def _integer(token: str, radix: int) -> int:
    try:
        return int(token, radix)
    except ValueError:
        raise TokenError(f"number of {len(token)} digits") from None


def _other_number(token: str) -> NumberValue | None:
    if ratio := _RATIO.fullmatch(token):
        below = _integer(ratio[2], 10)
        return Fraction(_integer(ratio[1], 10), below) if below else None
    if any(map(str.isdigit, token)) and _DECIMAL.fullmatch(token):
        return float(re.sub("[sfdlSFDL]", "e", token))
    if special := _SPECIAL.fullmatch(token):
        return float(special[1] + token[1:4])
    if _COMPLEX.fullmatch(token):
        return complex(0, 0)
    return None


def radix_number_value(token: str) -> NumberValue:
    """Return the number that ``#token`` means: ``x1F``, ``b101``, ``e1.5``."""
    rest, radix = token, 10
    exactness = ""
    while rest and rest[0].lower() in "bodxie":
        letter = rest[0].lower()
        if letter in _RADIX:
            radix = _RADIX[letter]
        else:
            exactness = letter
        rest = rest[2:] if rest[1:2] == "#" else rest[1:]
        if rest is not token and not token[: len(token) - len(rest)].endswith("#"):
            break
    try:
        value = number_value(rest) if radix == 10 and rest else int(rest, radix)
    except ValueError:
        value = None
    if value is None:
        raise TokenError(f"unknown # object: #{token[:40]}")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise TokenError(f"number of {value.bit_length()} bits")
    try:
        if exactness == "e" and isinstance(value, float):
            return Fraction(value)
        return float(value) if exactness == "i" and not isinstance(value, complex) else value
    except (OverflowError, ValueError):  # infinite, not a number, or too large
        raise TokenError(f"a number that is not read: #{token[:40]}") from None

# SPDX-License-Identifier: GPL-3.0-or-later
"""Guile's string procedures (Reference Manual 6.6.5, SRFI 13), and ``format #f`` (6.9.4 of 3.0)."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.scheme.values import Builtin, Char, Choice, Procedure, Splice, Sym, Unknown, Value

if TYPE_CHECKING:
    from bot.scheme.evaluator import Evaluator


_INFIX: Final = Sym("infix")
_SPACE: Final = Char(" ")


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _index(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not an index")
    return value


def _slice(text: str, start: Value, end: Value) -> str:
    first, last = _index(start), len(text) if end is None else _index(end)
    if not 0 <= first <= last <= len(text):
        raise ValueError("an index outside the string")
    return text[first:last]


def _append(evaluator: Evaluator, *values: Value) -> Value:
    return evaluator.string("".join(map(_text, values)))


def _join(evaluator: Evaluator, items: Value, by: Value = " ", grammar: Value = _INFIX) -> Value:
    texts = _texts(items)
    if isinstance(texts, Unknown):
        return texts
    separator = _text(by)
    evaluator.string("x" * min(len(separator) * len(texts), evaluator.limits.evaluation_string + 1))
    if grammar == Sym("infix"):
        return evaluator.string(separator.join(texts))
    if grammar == Sym("suffix"):
        return evaluator.string("".join(text + separator for text in texts))
    if grammar == Sym("prefix"):
        return evaluator.string("".join(separator + text for text in texts))
    raise ValueError("a grammar of string-join that is not folded")


def _texts(items: Value) -> list[str] | Unknown:
    if not isinstance(items, tuple):
        raise TypeError("not a list")
    texts = []
    for item in items:
        if isinstance(item, Splice):
            return Unknown(item.value.reason)
        if isinstance(item, Unknown | Choice):
            return Unknown(item.reason)
        texts.append(_text(item))
    return texts


def _concatenate(evaluator: Evaluator, items: Value) -> Value:
    return _join(evaluator, items, "")


def _substring(evaluator: Evaluator, text: Value, start: Value, end: Value = None) -> Value:
    return evaluator.string(_slice(_text(text), start, end))


def _take(_: Evaluator, text: Value, count: Value) -> Value:
    return _slice(_text(text), 0, count)


def _drop(_: Evaluator, text: Value, count: Value) -> Value:
    return _slice(_text(text), count, None)


def _take_right(_: Evaluator, text: Value, count: Value) -> Value:
    return _slice(_text(text), len(_text(text)) - _index(count), None)


def _drop_right(_: Evaluator, text: Value, count: Value) -> Value:
    return _slice(_text(text), 0, len(_text(text)) - _index(count))


def _replace(evaluator: Evaluator, text: Value, old: Value, new: Value) -> Value:
    """``string-replace-substring`` of (guix build utils) and (ice-9 string-fun)."""
    source, sought, put = _text(text), _text(old), _text(new)
    if not sought:
        raise ValueError("an empty string is sought")
    grown = len(source) + source.count(sought) * (len(put) - len(sought))
    if grown > evaluator.limits.evaluation_string:
        raise ValueError("a string too long")
    return evaluator.string(source.replace(sought, put))


def _string_replace(
    evaluator: Evaluator, text: Value, new: Value, start: Value, end: Value = None
) -> Value:
    """``string-replace`` of SRFI 13: the part between two indices is replaced."""
    source = _text(text)
    last = len(source) if end is None else _index(end)
    _slice(source, start, last)
    return evaluator.string(source[: _index(start)] + _text(new) + source[last:])


def _predicate(value: Value) -> Callable[[str], bool]:
    """Return the test that a character, or a character set's predicate, stands for."""
    if isinstance(value, Char):
        sought = value.value
        return lambda character: character == sought
    raise TypeError("not a character")


def _tester(evaluator: Evaluator, value: Value) -> Callable[[str], bool]:
    if isinstance(value, Builtin | Procedure):
        return lambda character: _truth(evaluator.call(value, [Char(character)]))
    return _predicate(value)


def _truth(value: Value) -> bool:
    if isinstance(value, Unknown | Choice):
        raise TypeError("a predicate's answer is not known")
    return value is not False


def _split(_: Evaluator, text: Value, by: Value) -> Value:
    test = _predicate(by)
    parts, current = [], ""
    for character in _text(text):
        if test(character):
            parts.append(current)
            current = ""
        else:
            current += character
    return (*parts, current)


def _string_index(evaluator: Evaluator, text: Value, by: Value) -> Value:
    test = _tester(evaluator, by)
    return next((i for i, character in enumerate(_text(text)) if test(character)), False)


def _string_rindex(evaluator: Evaluator, text: Value, by: Value) -> Value:
    test, source = _tester(evaluator, by), _text(text)
    return next((i for i in reversed(range(len(source))) if test(source[i])), False)


def _delete(evaluator: Evaluator, by: Value, text: Value) -> Value:
    test = _tester(evaluator, by)
    return "".join(character for character in _text(text) if not test(character))


def _filter(evaluator: Evaluator, by: Value, text: Value) -> Value:
    test = _tester(evaluator, by)
    return "".join(character for character in _text(text) if test(character))


def _map(evaluator: Evaluator, procedure: Value, text: Value) -> Value:
    if isinstance(text, Builtin | Procedure):  # the order of arguments before SRFI 13
        procedure, text = text, procedure
    result = []
    for character in _text(text):
        value = evaluator.call(procedure, [Char(character)])
        if not isinstance(value, Char):
            raise TypeError("not a character")
        result.append(value.value)
    return evaluator.string("".join(result))


def _trim(strip: Callable[[str, str], str]) -> Callable[..., Value]:
    def procedure(_: Evaluator, text: Value, by: Value = None) -> Value:
        if by is None:
            return strip(_text(text), " \t\n\r\f\v")
        if by == Sym("char-set:letter"):
            return strip(_text(text), string.ascii_letters)
        if not isinstance(by, Char):
            raise TypeError("not a character")
        return strip(_text(text), by.value)

    return procedure


def _pad(_: Evaluator, text: Value, length: Value, fill: Value = _SPACE) -> Value:
    width, source = min(_index(length), 10_000), _text(text)
    if not isinstance(fill, Char):
        raise TypeError("not a character")
    return source.rjust(width, fill.value)[-width:] if width else ""


def _pad_right(_: Evaluator, text: Value, length: Value, fill: Value = _SPACE) -> Value:
    width, source = min(_index(length), 10_000), _text(text)
    if not isinstance(fill, Char):
        raise TypeError("not a character")
    return source.ljust(width, fill.value)[:width]


def _contains(_: Evaluator, text: Value, sought: Value) -> Value:
    position = _text(text).find(_text(sought))
    return False if position < 0 else position


def _string_to_number(_: Evaluator, text: Value, radix: Value = 10) -> Value:
    source = _text(text)
    if radix == 10 and re.fullmatch(r"[+-]?[0-9]{1,300}", source):
        return int(source)
    if radix == 10 and re.fullmatch(r"[+-]?[0-9]{1,300}\.[0-9]{1,300}", source):
        return float(source)
    if radix == 10 and not re.search("[0-9]", source):
        return False
    raise ValueError("a number whose reading is not folded")


_SIMPLE_PATTERN = re.compile(r"\[\^?[^\]\[\\^]+\]|[\w /:@,-]+")


def _regexp_substitute(
    evaluator: Evaluator, port: Value, pattern: Value, text: Value, *items: Value
) -> Value:
    """``(regexp-substitute/global #f pattern text 'pre "new" 'post)`` for a literal or one set."""
    pre, new, post = items
    expression = _text(pattern)
    if port is not False or (pre, post) != (Sym("pre"), Sym("post")):
        raise ValueError("a substitution that is not folded")
    if not _SIMPLE_PATTERN.fullmatch(expression) or not isinstance(new, str):
        raise ValueError("a regular expression that is not folded")
    evaluator.string("x" * min(len(_text(text)) * (len(new) + 1), 10**6))
    return evaluator.string(re.sub(expression, lambda _: new, _text(text)))


def _tokenize(_: Evaluator, text: Value) -> Value:
    return tuple(_text(text).split())


def _string_ref(_: Evaluator, text: Value, index: Value) -> Value:
    return Char(_slice(_text(text), index, _index(index) + 1))


def _string(_: Evaluator, *characters: Value) -> Value:
    return "".join(c.value for c in characters if isinstance(c, Char))


def _list_to_string(_: Evaluator, items: Value) -> Value:
    if not isinstance(items, tuple) or not all(isinstance(item, Char) for item in items):
        raise TypeError("not a list of characters")
    return "".join(item.value for item in items if isinstance(item, Char))


def _string_to_list(evaluator: Evaluator, text: Value) -> Value:
    return evaluator.items(tuple(Char(character) for character in _text(text)))


def _compare(test: Callable[[str, str], bool]) -> Callable[..., Value]:
    def procedure(_: Evaluator, one: Value, other: Value) -> Value:
        return test(_text(one), _text(other))

    return procedure


def _convert(convert: Callable[[str], Value]) -> Callable[..., Value]:
    def procedure(_: Evaluator, text: Value) -> Value:
        return convert(_text(text))

    return procedure


def _symbol_to_string(_: Evaluator, symbol: Value) -> Value:
    if not isinstance(symbol, Sym):
        raise TypeError("not a symbol")
    return symbol.name


def _symbol_append(_: Evaluator, *symbols: Value) -> Value:
    return Sym("".join(s.name for s in symbols if isinstance(s, Sym)))


def _character(convert: Callable[[str], Value]) -> Callable[..., Value]:
    def procedure(_: Evaluator, value: Value) -> Value:
        if not isinstance(value, Char):
            raise TypeError("not a character")
        return convert(value.value)

    return procedure


_DIRECTIVE = re.compile(r"~(?:[aAsSdD]|%|~|\n\s*|[0-9]*,*'?.?[a-zA-Z])")


def _format(evaluator: Evaluator, port: Value, template: Value = None, *values: Value) -> Value:
    """``(format #f template value …)`` with ``~a``, ``~s``, ``~d``, ``~%`` and ``~~``."""
    if isinstance(port, str):
        template, values = port, (template, *values) if template is not None else values
    elif port is not False:
        raise ValueError("output to a port")
    rest = list(values)
    size = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal size
        piece = _directive(match.group(), rest)
        size += len(piece)
        if size > evaluator.limits.evaluation_string:
            raise ValueError("a string too long")
        return piece

    return evaluator.string(_DIRECTIVE.sub(fill, _text(template)))


def _directive(directive: str, rest: list[Value]) -> str:
    letter = directive[1].lower()
    if letter == "%":
        return "\n"
    if letter == "~":
        return "~"
    if letter == "\n":
        return ""
    if len(directive) > 2:
        raise ValueError("a directive that is not folded")
    value = rest.pop(0)
    if letter == "a" and isinstance(value, str):
        return value
    if letter == "a" and isinstance(value, Sym):
        return value.name
    if letter in "ad" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("a value whose printed form is not folded")


STRING_PROCEDURES: Final[dict[str, Callable[..., Value]]] = {
    "string-append": _append,
    "string-append*": lambda e, *v: _join(e, (*v[:-1], *v[-1]), ""),
    "string-concatenate": _concatenate,
    "string-join": _join,
    "format": _format,
    "simple-format": _format,
    "substring": _substring,
    "string-copy": lambda e, text, start=0, end=None: _substring(e, text, start, end),
    "string-take": _take,
    "string-drop": _drop,
    "string-take-right": _take_right,
    "string-drop-right": _drop_right,
    "string-replace-substring": _replace,
    "string-replace": _string_replace,
    "string-split": _split,
    "regexp-substitute/global": _regexp_substitute,
    "string-tokenize": _tokenize,
    "string-index": _string_index,
    "string-rindex": _string_rindex,
    "string-index-right": _string_rindex,
    "string-delete": _delete,
    "string-filter": _filter,
    "string-map": _map,
    "string-trim": _trim(str.lstrip),
    "string-trim-right": _trim(str.rstrip),
    "string-trim-both": _trim(str.strip),
    "string-pad": _pad,
    "string-pad-right": _pad_right,
    "string-contains": _contains,
    "string-length": _convert(len),
    "string-null?": _convert(lambda text: not text),
    "string-upcase": _convert(str.upper),
    "string-downcase": _convert(str.lower),
    "string-reverse": _convert(lambda text: text[::-1]),
    "string->symbol": _convert(Sym),
    "string-capitalize": _convert(
        lambda text: re.sub(r"[^\W_]+", lambda word: word.group().capitalize(), text)
    ),
    "symbol->string": _symbol_to_string,
    "symbol-append": _symbol_append,
    "string->number": _string_to_number,
    "string-ref": _string_ref,
    "string": _string,
    "list->string": _list_to_string,
    "string->list": _string_to_list,
    "string=?": _compare(lambda one, other: one == other),
    "string<?": _compare(lambda one, other: one < other),
    "string>?": _compare(lambda one, other: one > other),
    "string-ci=?": _compare(lambda one, other: one.lower() == other.lower()),
    "string-prefix?": _compare(lambda prefix, text: text.startswith(prefix)),
    "string-suffix?": _compare(lambda suffix, text: text.endswith(suffix)),
    "char-upcase": _character(lambda c: Char(c.upper())),
    "char-downcase": _character(lambda c: Char(c.lower())),
    "char-numeric?": _character(lambda c: c.isdigit()),
    "char-alphabetic?": _character(lambda c: c.isalpha()),
    "char-upper-case?": _character(lambda c: c.isupper()),
    "char-lower-case?": _character(lambda c: c.islower()),
    "char-whitespace?": _character(lambda c: c.isspace()),
    "char=?": lambda _, one, other: one == other,
}
"""Procedures by their names."""

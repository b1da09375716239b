# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package tells beside its origins: its words, what it installs, how it is built."""

from __future__ import annotations

from collections.abc import Iterator

from bot.guix.package import PackageDefinition
from bot.models import scale, wording
from bot.models.assessment import Evidence
from bot.models.origins import file_type_of, host_of

_LONGEST_PATH = 200
_URL_SCHEMES = ("https://", "http://", "magnet:")


def package_evidence(
    package: PackageDefinition, suspect: bool, copies_origin: bool = False
) -> Iterator[Evidence]:
    """Yield the evidence of a package's own fields.

    Words count only where there is no program to speak of (in a package that copies files, or one
    whose build system is not known), or where an origin is ``suspect`` of being weights.
    ``copies_origin``: that the build copies an origin of weights is told of the origin.
    """
    data = package.build_system in scale.DATA_BUILD_SYSTEMS
    if data:
        detail = f"{package.build_system}-build-system makes no program"
        yield Evidence("data-build-system", detail, scale.DATA_BUILD_SYSTEM)
    if data or suspect or package.build_system is None:
        yield from _words(package)
    else:
        yield from _last_words(package)
    yield from _denials(package)
    yield from _installed(package)
    copied = () if copies_origin else copied_weights(package)
    if copied:
        yield Evidence("copies-weights", f"its build copies {copied[0]}", scale.COPIES_WEIGHTS)
    yield from _search_paths(package)
    if _origins_unknown(package):
        yield from _url_literal(package)
        yield from _label_literal(package)
    if not copied and (data or _origins_unknown(package)):
        yield from _file_literal(package)


def _last_words(package: PackageDefinition) -> Iterator[Evidence]:
    """Take a program at its word only where its synopsis ends in what it is."""
    synopsis = wording.synopsis_ends_as_model(package.synopsis or "")
    if synopsis:
        yield Evidence("synopsis", f"the synopsis says “{synopsis}”", scale.SYNOPSIS)


def _words(package: PackageDefinition) -> Iterator[Evidence]:
    synopsis = wording.synopsis_says_model(package.synopsis or "")
    if synopsis:
        yield Evidence("synopsis", f"the synopsis says “{synopsis}”", scale.SYNOPSIS)
    description = wording.description_says_weights(package.description or "")
    if description:
        detail = f"the description says “{description}”"
        yield Evidence("description", detail, scale.DESCRIPTION)
    if package.name and wording.name_says_model(package.name):
        yield Evidence("name", f"it is called {package.name}", scale.NAME)


def _denials(package: PackageDefinition) -> Iterator[Evidence]:
    none = wording.says_it_has_none(package.description or "")
    if none:
        detail = f"the description says “{none}”"
        yield Evidence("says-it-has-none", detail, scale.SAYS_IT_HAS_NONE)
    elsewhere = wording.says_to_download(package.description or "")
    if elsewhere:
        detail = f"the description says “{elsewhere}”"
        yield Evidence("says-to-download", detail, scale.SAYS_TO_DOWNLOAD)


def _installed(package: PackageDefinition) -> Iterator[Evidence]:
    paths = [path for step in package.install_plan for path in (step.target, step.source) if path]
    typed = [(path, found[1]) for path in paths if (found := file_type_of(path))]
    sure = next((path for path, points in typed if points >= scale.WEIGHTS), None)
    if sure:
        yield Evidence("install-plan", f"it installs {sure}", scale.INSTALLS_WEIGHTS)
    elif any(map(_model_directory, (*paths, *_all_strings(package)))):
        detail = "it installs into a directory of models"
        yield Evidence("install-directory", detail, scale.INSTALLS_MODEL_DIRECTORY)


def copied_weights(package: PackageDefinition) -> tuple[str, ...]:
    """Return the paths of weights files that the build copies, where no test is spoken of."""
    return tuple(
        path
        for literals in package.copied_files
        if not any(map(wording.says_tests, literals))
        for path in literals
        if "/" in path and len(path) < _LONGEST_PATH and _weights_file(path)
    )


def _model_directory(path: str) -> bool:
    return len(path) < _LONGEST_PATH and wording.is_model_directory(path)


def _all_strings(package: PackageDefinition) -> tuple[str, ...]:
    return package.strings + package.inherited_strings


def _search_paths(package: PackageDefinition) -> Iterator[Evidence]:
    variable = next(filter(wording.is_model_search_path, _all_strings(package)), None)
    if variable:
        yield Evidence("search-path", f"it defines {variable}", scale.SEARCH_PATH)


def _origins_unknown(package: PackageDefinition) -> bool:
    unknown = {field.field for field in package.unknown}
    known = any(origin.uris for origin in package.origins if origin.role == "source")
    return not known and (package.partial or "source" in unknown or not package.origins)


def _literals(package: PackageDefinition) -> Iterator[str]:
    """Yield the definition's literals without what it only says."""
    spoken = {package.description, package.synopsis, package.home_page}
    yield from (text for text in package.strings if text not in spoken and len(text) < 1000)


def _url_literal(package: PackageDefinition) -> Iterator[Evidence]:
    urls = [text for text in _literals(package) if text.startswith(_URL_SCHEMES)]
    known = [(text, host) for text in urls if (host := host_of(text))]
    if known:
        text, host = max(known, key=lambda pair: pair[1].points)
        points = int(host.points * scale.LITERAL_SHARE)
        if points:
            yield Evidence("url-literal", f"{text} is a place of {host.what}", points)


def _label_literal(package: PackageDefinition) -> Iterator[Evidence]:
    label = next(filter(wording.is_model_label, _literals(package)), None)
    if label:
        yield Evidence("label-literal", f"an input is called {label}", scale.LABEL_LITERAL)


def _file_literal(package: PackageDefinition) -> Iterator[Evidence]:
    named = [(text, points) for text in _literals(package) if (points := _weights_file(text))]
    if named:
        text, points = max(named, key=lambda pair: pair[1])
        detail = f"it names the file {text}"
        yield Evidence("file-literal", detail, int(points * scale.LITERAL_SHARE))


def _weights_file(text: str) -> int:
    """Return the points of a literal that names a file of a type that only weights have."""
    found = file_type_of(text) if " " not in text and not wording.says_tests(text) else None
    return found[1] if found is not None and found[1] >= scale.WEIGHTS else 0

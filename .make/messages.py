"""The messages of the code and their catalogs in usergroups/translations.

    .make/messages.py update                  what `make messages` does
    .make/messages.py check                   whether the catalogs hold the messages of the code
    .make/messages.py compile                 the .mo files that are read while serving
    .make/messages.py state                   how much of each language is done
    .make/untranslated LOCALE [COUNT [CHUNK]] what is to be translated, as JSON lines
    .make/translate LOCALE FILE               puts JSON lines {"KEY": "text", ...} into a catalog

How to translate stands in docs/translating.md.
"""

import ast
import fcntl
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.plural import PluralRule, to_gettext

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "usergroups" / "translations"
LOCALES = ("de", "es", "fi", "fr", "hu", "nb")
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "_mark": None, "marked": None, "ngettext": (1, 2),
}  # fmt: skip
OPTIONS = {"templates/**": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
# A day that never moves: a date in the head of a catalog would make every merge a conflict.
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
TAG = re.compile(r"<[^<>]+>")
# What a reader meets first is translated first; files that none of these begin come between.
ORDER = ("templates/base", "templates/pages", "templates/events", "templates/groups",
         "templates/rsvp", "templates/email", "templates", "usergroups/web")  # fmt: skip


class Wrong(NamedTuple):
    """Why a translation is not taken, and of which message."""

    key: str
    why: str


def conflicts(stream: io.BytesIO, *_: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """Sentences of errors that people are told (web/forms.py: `sentence`), as they are told."""
    for node in ast.walk(ast.parse(stream.read())):
        match node:
            case ast.Call(ast.Name("ConflictError"), [ast.Constant(str(said))]):
                yield node.lineno, "_", f"{said[:1].upper()}{said[1:]}.", []


def python(stream: Any, keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Messages of a Python file: those given to gettext, and the sentences of errors."""
    content = stream.read()
    yield from extract_python(io.BytesIO(content), keywords, tags, options)
    yield from conflicts(io.BytesIO(content))


def extracted() -> Catalog:
    """All messages of the code, each with the files and lines it stands in."""
    found = Catalog(charset="utf-8")
    methods: list[tuple[str, Any]] = [("usergroups/**.py", python), ("templates/**", "jinja2")]
    for folder in ("usergroups", "templates"):
        under = [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in methods]
        options = {key.removeprefix(f"{folder}/"): told for key, told in OPTIONS.items()}
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder, under, options, keywords=KEYWORDS, comment_tags=["L10N:"],
            strip_comment_tags=True, directory_filter=lambda path: "__pycache__" not in str(path),
        ):  # fmt: skip
            if message and message != ("", ""):
                place = [(f"{folder}/{Path(name).as_posix()}", line)]
                found.add(message, None, place, auto_comments=comments, context=context)
    return found


def path_of(locale: str) -> Path:
    """Where a language's catalog stands."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def plural_forms(locale: str) -> str:
    """The plurals of a language by the CLDR, as gettext writes them.

    A form that no number below a thousand takes is left out: nobody has 1,000,000 de groupes.
    """
    rule = Locale.parse(locale).plural_form
    used = {rule(number) for number in range(1000)}
    return to_gettext(PluralRule({tag: cond for tag, cond in rule.rules.items() if tag in used}))


@contextmanager
def held(locale: str) -> Iterator[None]:
    """Nobody else writes this language meanwhile."""
    lock = ROOT / ".stamps" / f"{locale}.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def catalog(locale: str) -> Catalog:
    """A language's catalog as it is; an empty one where there is none."""
    path = path_of(locale)
    return read_po(io.BytesIO(path.read_bytes()), locale=locale) if path.exists() else empty(locale)


def empty(locale: str) -> Catalog:
    """A catalog without messages, with the plurals of the CLDR: Babel's own are older."""
    return read_po(io.BytesIO(_head(locale)), locale=locale)


def _head(locale: str) -> bytes:
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {locale}\\n"\n"Plural-Forms: {plural_forms(locale)}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    ).encode()


def written(kept: Catalog, locale: str) -> bytes:
    """A catalog as it is committed: sorted, a message a line, no dates, no line numbers."""
    file = io.BytesIO()
    made = empty(locale)
    for message in kept:
        if message.id:
            made.add(message.id, message.string, auto_comments=message.auto_comments)
    write_po(file, made, width=0, no_location=True, omit_header=True, sort_output=True)
    return _head(locale) + file.getvalue().rstrip(b"\n") + b"\n"


def keep(kept: Catalog, locale: str) -> None:
    """Write a catalog in one step: who reads meanwhile reads the old one or the new."""
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, written(kept, locale))


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another."""
    made = path.with_suffix(f".{os.getpid()}")
    made.write_bytes(content)
    made.replace(path)


def brought_up(locale: str, messages: Catalog) -> Catalog:
    """A language's catalog with the messages of the code: no more, no fewer, no guesses."""
    known, made = catalog(locale), empty(locale)
    for message in messages:
        before = known.get(message.id)
        is_same = before is not None and bool(before.pluralizable) == bool(message.pluralizable)
        said = before.string if before is not None and is_same else ""
        made.add(message.id, said, auto_comments=message.auto_comments)
    return made


def update() -> int:
    """Bring all catalogs up to date with the code."""
    messages = extracted()
    for locale in LOCALES:
        with held(locale):
            keep(brought_up(locale, messages), locale)
    return state()


def check() -> int:
    """Whether each catalog holds the messages of the code, and nothing wrong."""
    messages, found = extracted(), 0
    for locale in LOCALES:
        if path_of(locale).read_bytes() != written(brought_up(locale, messages), locale):
            sys.stdout.write(f"{locale}: not the messages of the code: `make messages`\n")
            found = 1
        for message in catalog(locale):
            for why in faults(message, message.string, locale) if is_done(message) else ():
                sys.stdout.write(f"{locale}: {first(message)!r}: {why}\n")
                found = 1
    return found


def compile_() -> int:
    """Make the .mo files, where the .po files are younger."""
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            file = io.BytesIO()
            write_mo(file, read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3]))
            replace(made, file.getvalue())
            sys.stdout.write(f"messages: {'/'.join(made.parts[-3:])}\n")
    return 0


def state() -> int:
    """Tell how much of each language is done."""
    for locale in LOCALES:
        all_of_it = [message for message in catalog(locale) if message.id]
        done = sum(map(is_done, all_of_it))
        sys.stdout.write(f"{locale}: {done} of {len(all_of_it)}\n")
    return 0


def first(message: Message) -> str:
    """A message's sentence, or that of its first form."""
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def key_of(message: Message) -> str:
    """A short name of a message, the same as long as its words are the same."""
    return sha256("\0".join(forms(message.id)).encode()).hexdigest()[:7]


def forms(said: Any) -> list[str]:
    """The forms of a message or a translation; one where it has no plural."""
    return list(said) if isinstance(said, tuple | list) else [said]


def is_done(message: Message) -> bool:
    """Whether a message is translated, in all its forms."""
    return bool(message.id) and all(forms(message.string)) and not message.fuzzy


def untranslated(locale: str, count: str = "0", chunk: str = "0") -> int:
    """Print what is missing: of all messages in the order of pages, or of one part of them."""
    told, known = sorted(extracted(), key=_place), catalog(locale)
    told = [message for message in told if message.id]
    size, number = int(count), int(chunk)
    part = told[(number - 1) * size : number * size] if number else told
    missing = [one for one in part if not (known.get(one.id) and is_done(known.get(one.id)))]
    for message in missing if number or not size else missing[:size]:
        sys.stdout.write(json.dumps(_asked(message, locale), ensure_ascii=False) + "\n")
    return 0


def _place(message: Message) -> tuple[Any, ...]:
    def rank(place: tuple[str, int]) -> tuple[int, str, int]:
        number = next(
            (i for i, start in enumerate(ORDER) if place[0].startswith(start)), len(ORDER)
        )
        return number, *place

    return min(map(rank, message.locations), default=(len(ORDER), "", 0))


def _asked(message: Message, locale: str) -> dict[str, Any]:
    names = sorted({name for form in forms(message.id) for name in PLACEHOLDER.findall(form)})
    asked: dict[str, Any] = {"key": key_of(message), "id": first(message)}
    if message.pluralizable:
        asked |= {"plural": message.id[1], "forms": _numbers(locale)}
    asked |= {"placeholders": names} if names else {}
    asked |= {"comment": " ".join(message.auto_comments)} if message.auto_comments else {}
    places = sorted(message.locations)
    asked["where"] = sorted({name for name, _line in places})[:3]
    if len(first(message)) < 30:  # noqa: PLR2004  a word or two: how it is used tells what it means
        asked["code"] = [_line(*place) for place in {one[0]: one for one in places}.values()][:3]
    return asked


def _numbers(locale: str) -> list[str]:
    """For which numbers each form is, such as ["1", "0, 2, 3, 4 …"]."""
    which: dict[int, list[str]] = {}
    chosen = _chooser(locale)
    for number in range(200):
        which.setdefault(chosen(number), []).append(str(number))
    return [", ".join(some[:6]) for _form, some in sorted(which.items())]


def _chooser(locale: str) -> Callable[[int], int]:
    from gettext import c2py  # its only way from a rule to a function

    return c2py(plural_forms(locale).partition("plural=")[2].rstrip(";"))


def _line(name: str, number: int) -> str:
    return (ROOT / name).read_text().splitlines()[number - 1].strip()[:160]


def faults(message: Message, said: Any, locale: str) -> list[str]:
    """What is wrong with a translation; empty where nothing is."""
    wanted, given = forms(message.id), forms(said)
    if not all(isinstance(one, str) and one for one in given):
        return ["a text, please, or a list of them for a plural"]
    count = len(_numbers(locale)) if message.pluralizable else 1
    if len(given) != count:
        return [f"{count} forms are wanted, {len(given)} are given"]
    return [
        why
        for number, form in enumerate(given)
        for why in _faults_of(wanted, form, is_last=number == count - 1)
    ]


def _faults_of(wanted: list[str], form: str, *, is_last: bool) -> Iterator[str]:
    like = [wanted[-1]] if is_last else wanted
    for what, found in (("placeholders", PLACEHOLDER), ("tags", TAG)):
        if all(Counter(found.findall(form)) != Counter(found.findall(one)) for one in like):
            named = set(found.findall(like[-1])) ^ set(found.findall(form))
            yield f"{what} differ: {', '.join(sorted(named)) or 'how often'}"
    if form.count("\n") != wanted[0].count("\n"):
        yield "line breaks differ"
    if form != form.strip() and wanted[0] == wanted[0].strip():
        yield "space at its beginning or end"
    if "%" in "".join(wanted) and "%" in PLACEHOLDER.sub("", form).replace("%%", ""):
        yield "a single % is written %%"
    if any(ending in form for ending in ("...", "TODO", "\u200b")):
        yield "three dots are one sign: …"


def translate(locale: str, file: str) -> int:
    """Put translations into a catalog: all that are right, telling the lines of the others."""
    text = sys.stdin.read() if file == "-" else Path(file).read_text()
    taken, found = 0, 0
    with held(locale):
        kept = catalog(locale)
        known = {key_of(one): one for one in kept if one.id}
        for number, line in enumerate(text.splitlines(), 1):
            for wrong in _taken(line, known, locale) if line.strip() else ():
                if wrong is None:
                    taken += 1
                else:
                    found += 1
                    sys.stderr.write(f"{file}:{number}: {wrong.key}: {wrong.why}\n")
        keep(kept, locale)
    sys.stdout.write(f"{locale}: {taken} taken, {found} refused\n")
    return int(bool(found))


def _taken(line: str, known: dict[str, Message], locale: str) -> Iterator[Wrong | None]:
    try:
        given = json.loads(line)
    except ValueError as error:
        yield Wrong("?", f"no JSON: {error}")
        return
    for key, said in given.items():
        if key not in known:
            yield Wrong(key, "there is no such message (any more)")
            continue
        message = known[key]
        why = faults(message, said, locale)
        if why:
            yield Wrong(key, f"{first(message)!r}: {'; '.join(why)}")
            continue
        message.string = tuple(said) if message.pluralizable else said
        yield None


COMMANDS: dict[str, Callable[..., int]] = {
    "update": update, "check": check, "compile": compile_, "state": state,
    "untranslated": untranslated, "translate": translate,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))

"""Makes a case that fails smaller as long as it fails: events, rules, conditions and settings are dropped one by one."""
import copy
import os
import shutil

import compare
import engine

BATCH = 20  # cases that are tried at once
KEPT = {"program", "rule", "when", "level", "key_phrase", "currency", "timezone", "accounts", "effective_from", "specversion", "id",
        "source", "type", "time", "subject", "outcome", "programs", "events", "audiences", "sources", "account", "points"}


def places(value, path=()):
    """Paths of what may be dropped, outer ones first."""
    if isinstance(value, list):
        for at in reversed(range(len(value))):
            yield path + (at,)
        for at, inner in enumerate(value):
            yield from places(inner, path + (at,))
    elif isinstance(value, dict):
        for key in value:
            if key not in KEPT:
                yield path + (key,)
        for key, inner in value.items():
            yield from places(inner, path + (key,))


def without(case, path):
    """The case less one place; a group of one condition becomes the condition."""
    made = copy.deepcopy(case)
    at = made
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return made


def kinds(said):
    """What sort of differences these are: events, entries, balances ..."""
    return {line.split()[0] for line in said}


def first_failing(candidates, folder, wanted):
    """The first of some cases that differs still, and in no new way: one process of the engine answers all of them."""
    asked, lines = [], []
    for at, case in enumerate(candidates):
        place = os.path.join(folder, str(at))
        try:
            compare.prepare(case, place)
            questions = compare.questions(case, place)
        except (KeyError, IndexError, TypeError, AttributeError):  # what is left is no case any more
            continue
        asked.append((case, place, len(lines), len(questions)))
        lines += questions
    answers, _ = engine.ask(lines)
    for case, place, at, count in asked:
        try:
            found = kinds(compare.differences(case, place, answers[at:at + count]))
        except Exception:  # nor is this
            continue
        if found and found <= wanted:
            return case
    return None


def smallest(case, folder, said, tries=1200):
    """Drops one place after another, the outermost first, as long as the case still differs."""
    wanted, found = kinds(said), True
    while found and tries > 0:
        found = False
        paths = list(places(case))
        for start in range(0, len(paths), BATCH):
            candidates = []
            for path in paths[start:start + BATCH]:
                try:
                    candidates.append(without(case, path))
                except (KeyError, IndexError, TypeError):
                    continue
            tries -= len(candidates)
            shutil.rmtree(folder, ignore_errors=True)
            smaller = first_failing(candidates, folder, wanted)
            if smaller is not None:
                case, found = smaller, True
                break
            if tries <= 0:
                break
    return case

"""Makes a case that fails smaller as long as it fails: events, rules, conditions and settings are dropped one by one."""
import copy
import os
import shutil

import compare

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


def fails(case, folder, wanted):
    """Differs still, and in no new way."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        found = kinds(compare.one(case, folder))
    except Exception:  # what is left is no case any more
        return False
    return bool(found) and found <= wanted


def smallest(case, folder, said, tries=600):
    wanted, found = kinds(said), True
    while found and tries > 0:
        found = False
        for path in list(places(case)):
            try:
                candidate = without(case, path)
            except (KeyError, IndexError, TypeError):
                continue
            tries -= 1
            if fails(candidate, folder, wanted):
                case, found = candidate, True
                break
            if tries <= 0:
                break
    return case

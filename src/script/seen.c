#include "script/seen.h"

acr__seen_fn *acr__seen_watcher;

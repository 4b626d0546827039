-- What a program has beside the components: accounts, sources, levels, offers and the rest.
local values = require "accrue.workshop.schema.values"

local ref = values.ref
local program = {}

local text <const> = { type = "string" }
local truth <const> = { type = "boolean" }

local function object(properties, required)
  return { type = "object", properties = properties, required = required, additionalProperties = false }
end

-- With a title and a description, which anything may have for its readers.
local function titled(properties, required)
  properties.title, properties.description = text, text
  return object(properties, required)
end

local function by_name(of) return { type = "object", propertyNames = ref "name", additionalProperties = of } end

local function list(of) return { type = "array", items = of } end

local function with(node, description)
  local made = { description = description }
  for key, value in pairs(node) do made[key] = value end
  return made
end

local function expiry(mode, properties, required)
  properties.mode = { const = mode }
  return object(properties, table.move(required or {}, 1, #(required or {}), 2, { "mode" }))
end

local function account()
  return titled {
    decimals = with({ type = "integer", minimum = 0, maximum = 6 }, "0 unless it says otherwise"),
    default = with(truth, "Spent from where a spend names no account"), group = ref "name", allow_negative = truth,
    max_balance = ref "number", spendable = with(truth, "false: moved by rules only"), escrow = truth,
    status = { enum = { "active", "inactive" } }, warn = ref "duration",
    expiry = { anyOf = { expiry("none", {}), expiry("rolling", { after = ref "duration", into = ref "name" }, { "after" }),
      expiry("fixed_date", { every = { enum = { "week", "month", "year" } }, on = { type = { "string", "integer" } }, into = ref "name" }),
      expiry("inactivity", { after = ref "duration", percent = ref "number", events = ref "names" }, { "after" }),
      expiry("activity_based", { after = ref "duration" }, { "after" }), expiry("points_aging", { after = ref "duration" },
        { "after" }) } },
  }
end

local function source()
  local limit = object({ points = ref "number", per = ref "period", ["for"] = { enum = { "member", "all" } } }, { "points" })
  return titled { accounts = with(ref "names", "Where it may deposit; every account when left out"), inventory = ref "number",
    limit = values.one_or_more(limit) }
end

-- A list of names, or by name how membership ends, or which part of the members it is.
local function audiences()
  local share = with(ref "number", "A percentage from 0 to 100")
  local one = titled {
    expiry = { anyOf = { expiry("none", {}), expiry("until_anniversary", {}), expiry("one_year_until_anniversary", {}),
      expiry("period", { after = ref "duration" }, { "after" }), expiry("date", { on = ref "date" }, { "on" }) } },
    split = with(object({ test = ref "name", from = share, to = share }, { "test", "from", "to" }),
      "A part of the members, by a hash of the test's name and their ids"),
  }
  return { anyOf = { ref "names", by_name(one) } }
end

local function base_earn()
  return values.one_or_more(titled({ points = ref "number", per = ref "number", account = ref "name", source = ref "name",
    basis = { enum = { "net", "subtotal", "total" } }, constraints = ref "constraints",
    precision = { type = "integer", minimum = 0, maximum = 6 }, rounding = { enum = { "down", "half_up", "up" } },
    hurdle = with(ref "number", "Below it nothing, from it on the whole") }, { "points", "per", "account", "source" }))
end

local function limit()
  return { anyOf = { { type = "integer", minimum = 1 }, object({ times = ref "integer", per = ref "period" }, { "times" }) } }
end

local function offer()
  local choice = object { include = ref "catalog", exclude = ref "catalog" }
  return titled {
    price = with(ref "number", "Points; without one it is not for sale"), account = ref "name",
    valid = { anyOf = { ref "duration", object { from = ref "date", to = ref "date" } } },
    limit = object({ times = ref "integer", per = { enum = { "day", "week", "month", "year", "forever" } } }, { "times" }),
    discount = object { percent = ref "number", amount = ref "number", free = ref "integer", catalog = choice },
    redeem = ref "constraints", warn = ref "duration",
  }
end

local function settings()
  local made = { entrance_timing = { "after", "before" }, promote = { "all", "one" }, on_cap = { "clip", "reject" },
    excess_decimals = { "reject", "round" }, leap_day = { "feb28", "mar1" }, window = { "calendar", "rolling" },
    spend_order = { "fifo", "earliest_expiry" }, unmatched_returns = { "reject", "deduct" }, tender_match = { "any", "all", "prorate" } }
  local properties = { max_late = with(ref "duration",
    "A purchase or event further behind the ledger's time is rejected (`too_late`); 400 days unless it is said") }
  for name, words in pairs(made) do properties[name] = { enum = words, default = words[1] } end
  for _, name in ipairs { "less_than_needs_activity", "zero_priced_lines", "allow_negative_on_spend", "return_affects_tier",
    "return_withdraws_offers", "retro_tier" } do
    properties[name] = { type = "boolean", default = false }
  end
  return object(properties)
end

local function rule(behavior)
  local when = ref "when"
  if behavior == "entrance" or behavior == "maintenance" then
    when = { anyOf = { { const = "no rules", description = "Holds for everyone" }, when } }
  end
  return titled({ rule = ref "name", id = ref "name", when = when, outcomes = ref("outcomes." .. behavior), limit = ref "limit",
    from = ref "date", ["until"] = ref "date" }, { "rule", "when", "outcomes" })
end

-- A list of rules: in place, or by the names of files of rules/.
local function rules(behavior, files)
  local rule_here = ref("rule." .. behavior)
  if #files == 0 then return list(rule_here) end
  return list { ["if"] = { type = "string" }, ["then"] = { enum = files, description = "A file of rules/" }, ["else"] = {
    ["if"] = { required = { "use" } }, ["then"] = object({ use = { enum = files }, rule = ref "name", limit = ref "limit" }, { "use" }),
    ["else"] = rule_here } }
end

local function schedule()
  return object({ every = ref "duration", relative_to = { enum = { "level_entry", "joining", "calendar" } },
    day = { type = { "string", "integer" } }, stay_at_least = ref "duration",
    demote_to = { enum = { "previous", "highest_qualifying", "lowest" } }, grace = ref "duration", warn = ref "duration" }, { "every" })
end

local function level()
  return titled({
    level = ref "name", entrance = ref "rules.entrance", purchase = ref "rules.purchase", event = ref "rules.event",
    maintenance = ref "rules.maintenance", maintenance_schedule = schedule(), base_earn = ref "base_earn",
    threshold = object({ spend = ref "number", basis = { enum = { "net", "subtotal", "total" } }, limit = ref "limit", from = ref "date",
      ["until"] = ref "date" }, { "spend" }),
    expiry = object({ mode = { enum = { "until_anniversary", "one_year_until_anniversary", "inactivity_points", "inactivity_spend" } },
      after = ref "duration", warn = ref "duration" }, { "mode" }),
  }, { "level" })
end

local function group(word)
  return object({ [word] = list(ref "when"), name = ref "name", constraints = ref "group_constraints" }, { word })
end

program.behaviors = { "entrance", "purchase", "event", "maintenance" }

-- Adds the $defs that need no components; `files`: the names of rules/.
function program.definitions(defs, files)
  for name, definition in pairs(values.definitions()) do defs[name] = definition end
  defs.limit, defs.base_earn, defs.level = limit(), base_earn(), level()
  defs.group = { ["if"] = { required = { "all" } }, ["then"] = group "all",
    ["else"] = { ["if"] = { required = { "any" } }, ["then"] = group "any", ["else"] = group "none" } }
  defs.when = { ["if"] = { type = "array" }, ["then"] = list(ref "when"), ["else"] = { type = "object",
    ["if"] = { anyOf = { { required = { "all" } }, { required = { "any" } }, { required = { "none" } } } },
    ["then"] = ref "group", ["else"] = ref "condition" } }
  for _, behavior in ipairs(program.behaviors) do
    defs["rule." .. behavior] = rule(behavior)
    defs["rules." .. behavior] = rules(behavior, files)
  end
end

-- The whole program.
function program.root()
  local stores = { anyOf = { list(ref "name"), by_name(titled { timezone = text, groups = ref "names" }) } }
  local catalog = { anyOf = { ref "names", object { categories = ref "names", items = ref "names" } } }
  return titled({
    ["$schema"] = text, program = ref "name", family = ref "name", effective_from = ref "date",
    currency = { type = "string", pattern = "^[A-Z]{3}$" }, timezone = text, amount_basis = { enum = { "net", "subtotal", "total" } },
    accounts = by_name(account()), sources = by_name(source()), base_earn = ref "base_earn", audiences = audiences(),
    links = by_name(titled { max = ref "integer" }), stores = stores, payment_types = ref "names", channels = ref "names",
      catalog = catalog,
    settings = settings(), offers = by_name(offer()),
    reward_stores = by_name(titled { offers = ref "names", levels = ref "names" }),
    purchase = ref "rules.purchase", event = ref "rules.event", levels = list(ref "level"),
  }, { "program" })
end

return program

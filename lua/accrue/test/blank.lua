-- A program with nothing in it but names: what specs put their rules into.
local blank = {}

local list = { __array = true }

-- Outcomes of a rule that gives none: one point, so that a balance says how often the rule fired.
local function one_point()
  return { { outcome = "points_fixed", points = 1, account = "points", source = "promo" } }
end

local function named(rules, prefix)
  local made = setmetatable({}, list)
  for number, rule in ipairs(rules or {}) do
    local copy = { rule = prefix .. " " .. number, outcomes = one_point() }
    for key, value in pairs(rule) do copy[key] = value end
    if #copy.outcomes == 0 then setmetatable(copy.outcomes, list) end
    made[number] = copy
  end
  return made
end

-- `fields` of a program over the blank one; `purchase`, `event`: program-wide rules; `entrance`: rules of the level Gold. A rule
-- needs no name.
function blank.program(fields)
  local accounts = { "points", "status", "fine" }
  local made = {
    program = "spec", currency = "USD", timezone = "UTC",
    accounts = { points = { default = true }, status = { spendable = false }, fine = { decimals = 2 } },
    sources = { base = { accounts = accounts }, promo = { accounts = accounts } },
    audiences = { "staff", "frequent" },
    links = { referrer = { max = 1 }, friend = { max = 3 } },
    offers = {
      wash5 = { title = "5 off a wash", price = 200, account = "points", valid = "30 days", discount = { amount = "5.00" } },
      ten_off = { title = "10 off", price = 200, account = "points", limit = { times = 3 }, discount = { percent = "10" } },
    },
    reward_stores = { ["gold-shop"] = { offers = { "wash5" }, levels = { "Gold" } } },
  }
  if fields and fields.levels then made.reward_stores["gold-shop"].levels = nil end
  for key, value in pairs(fields or {}) do made[key] = value end
  local gold = { level = "Gold" }
  if made.entrance then gold.entrance = named(made.entrance, "entrance") end
  made.levels = made.levels or { { level = "Member",
    entrance = { { rule = "Everyone", when = "no rules", outcomes = setmetatable({}, list) } } }, gold }
  made.entrance = nil
  if made.purchase then made.purchase = named(made.purchase, "purchase") end
  if made.event then made.event = named(made.event, "event") end
  return made
end

return blank

-- Properties: a claim tried with many made-up cases. A case is made of a row of small numbers, so whatever fails is made smaller by
-- leaving numbers out and lowering them, without the generators knowing.
local core = require "accrue.core"

local property = {}

local RUNS <const>, TRIES <const> = 100, 2000

-- ---- the numbers that a case is made of

local Source = {}
Source.__index = Source

-- splitmix64: the same everywhere, and apart from math.random, which the runner shuffles by.
local function random(state)
  state.seed = state.seed + 0x9e3779b97f4a7c15
  local z = state.seed
  z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
  z = (z ~ (z >> 27)) * 0x94d049bb133111eb
  return z ~ (z >> 31)
end

-- A number from 0 to `most`; of a case that is repeated the one that stood there, 0 behind its end.
function Source:draw(most)
  local number = 0
  self.at = self.at + 1
  if self.given then
    number = math.min(self.given[self.at] or 0, most)
  elseif most > 0 then
    number = (random(self.state) >> 1) % (most + 1)
  end
  self.drawn[self.at] = number
  return number
end

local function fresh(state) return setmetatable({ state = state, at = 0, drawn = {} }, Source) end

local function repeated(given) return setmetatable({ given = given, at = 0, drawn = {} }, Source) end

-- ---- generators: functions of a source

local any = {}
property.any = any

function any.integer(least, most)
  return function(source) return least + source:draw(most - least) end
end

function any.boolean() return function(source) return source:draw(1) == 1 end end

function any.choice(list) return function(source) return list[1 + source:draw(#list - 1)] end end

-- An amount as a text: any.money("0.01", "200.00").
function any.money(least, most)
  local build = require "accrue.test.build"
  local low, high = build.cents(least or "0.00"), build.cents(most or "200.00")
  return function(source) return build.money(low + source:draw(high - low)) end
end

function any.list(of, most)
  return function(source)
    local made = {}
    for _ = 1, most or 5 do
      if source:draw(7) == 0 then break end
      made[#made + 1] = of(source)
    end
    return made
  end
end

-- Each field by its generator; what is none stands for itself.
function any.record(fields)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  return function(source)
    local made = {}
    for _, name in ipairs(names) do
      local of = fields[name]
      if type(of) == "function" then made[name] = of(source) else made[name] = of end
    end
    return made
  end
end

function any.map(of, change) return function(source) return change(of(source)) end end

local function one_of(list) return list and any.choice(list) end

-- The data of a purchase: options.items = how many lines at most, least, most (of a line's amount), stores, channels, categories, context
-- (a generator, of each line).
function any.purchase(options)
  options = options or {}
  local build = require "accrue.test.build"
  local item = any.record { amount = any.money(options.least or "0.00", options.most or "100.00"), context = options.context,
    quantity = any.map(any.integer(1, 5), tostring), category = one_of(options.categories) }
  local items = any.list(item, options.items or 4)
  local whole = any.record { store = one_of(options.stores), channel = one_of(options.channels), items = items }
  return function(source)
    local made = whole(source)
    if #made.items == 0 then made.items[1] = item(source) end
    return build.purchase(made)
  end
end

-- A member's name: one of so many.
function any.member(count) return any.map(any.integer(1, count or 3), function(number) return "m-" .. number end) end

-- Events in the order of time, for `apply` and `send`: options.members, events (at most), from, hours (between two at most), event (a
-- generator of { type, data }; purchases when it is left out).
function any.timeline(options)
  options = options or {}
  local clock = require "accrue.test.clock"
  local purchase = any.purchase(options.purchase)
  local event = options.event or function(source) return { type = "purchase", data = purchase(source) } end
  local step, member = any.integer(0, options.hours or 24 * 30), any.member(options.members)
  local list = any.list(function(source) return { event = event(source), member = member(source), hours = step(source) } end,
    options.events or 20)
  return function(source)
    local now, made = core.time((options.from or "2026-01-01") .. "T12:00:00Z"), {}
    for number, drawn in ipairs(list(source)) do
      now = clock.later(clock.later(now, drawn.hours .. " hours"), "1 minute")
      made[number] = { type = drawn.event.type, data = drawn.event.data, member = drawn.member, time = core.time_text(now) }
    end
    return made
  end
end

-- ---- trying, and making smaller

local function attempt(of, claim, source)
  local value = of(source)
  local good, problem = xpcall(claim, function(raised)
    return type(raised) == "table" and tostring(raised.message or raised) or tostring(raised)
  end, value)
  return good, problem, value
end

-- The row without `count` numbers from `at` on, or with them lowered by `change`.
local function without(row, at, count)
  local made = table.move(row, 1, at - 1, 1, {})
  return table.move(row, at + count, #row, at, made)
end

local function lowered(row, at, to)
  local made = table.move(row, 1, #row, 1, {})
  made[at] = to
  return made
end

local function smaller(a, b)
  if #a ~= #b then return #a < #b end
  for number = 1, #a do
    if a[number] ~= b[number] then return a[number] < b[number] end
  end
  return false
end

local function shrink(of, claim, row, problem, value)
  local tries, better = 0, true
  local function try(candidate)
    if tries >= TRIES or not smaller(candidate, row) then return false end
    tries = tries + 1
    local source = repeated(candidate)
    local good, said, found = attempt(of, claim, source)
    if good or not smaller(source.drawn, row) then return false end
    row, problem, value, better = source.drawn, said, found, true
    return true
  end
  while better and tries < TRIES do
    better = false
    for _, count in ipairs { 16, 8, 4, 3, 2, 1 } do
      local at = #row - count + 1
      while at >= 1 do
        try(without(row, at, count))
        at = math.min(at - 1, #row - count + 1)
      end
    end
    for at = 1, #row do
      local low, high = 0, row[at] or 0
      while high > low do -- the lowest that still fails, as far as halving finds it
        local middle = (low + high) // 2
        if try(lowered(row, at, middle)) then high = math.min(middle, row[at] or 0) else low = middle + 1 end
      end
    end
  end
  return value, problem
end

-- forall(generator, claim, options): calls the claim with `runs` (100) made-up values; when it raises, with smaller ones, and raises with
-- the smallest that still fails. options.seed, or ACCRUE_SEED, repeats a run.
function property.forall(of, claim, options)
  options = options or {}
  local seed = options.seed or math.tointeger(tonumber(os.getenv("ACCRUE_SEED"))) or (os.time() * 1000003 + math.floor(os.clock() * 1e6))
  local state = { seed = seed }
  for number = 1, options.runs or RUNS do
    local source = fresh(state)
    local good, problem, value = attempt(of, claim, source)
    if not good then
      value, problem = shrink(of, claim, source.drawn, problem, value)
      local shown = type(value) == "table" and core.json_encode(value) or tostring(value)
      assert(false, string.format("case %d of seed %d fails (ACCRUE_SEED=%d repeats it); the smallest case:\n%s\n%s", number, seed, seed,
        shown, problem))
    end
  end
end

return property

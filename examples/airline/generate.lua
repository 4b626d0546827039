-- A year of a small airline as CloudEvents, one a line, on standard output: who joins, flies, buys on board and from partners.
--
--   lua5.4 generate.lua [SEED] > events.ndjson
--
-- The same seed gives the same bytes on every machine: a generator of its own, integers only.
local HOUR <const> = 3600
local YEAR_BEGIN <const> = 1735686000 -- 2025-01-01T00:00 in Vienna
local YEAR_HOURS <const> = 365 * 24

local state = tonumber(arg and arg[1]) or 20250101

-- 1 .. n (Park and Miller's generator).
local function draw(n)
  state = state * 48271 % 2147483647
  return state % n + 1
end

local function pick(list) return list[draw(#list)] end

-- With their length in tenths of a kilometre.
local routes = { { "VIE-ZRH", 6040 }, { "VIE-LHR", 12480 }, { "VIE-ATH", 12835 }, { "VIE-JFK", 68071 }, { "VIE-BKK", 84482 } }
local cabins = { "economy", "economy", "economy", "premium", "business" }

-- How many flights a member takes in the year.
local travellers = { 2, 5, 9, 14, 19, 20, 21, 24, 30, 36, 0, 1 }

local function tenths(value) return string.format("%d.%d", value // 10, value % 10) end

local function money(cents) return string.format("%d.%02d", cents // 100, cents % 100) end

local events = {}

local function add(hour, type, member, data)
  local number = #events + 1
  local time = YEAR_BEGIN + hour * HOUR + draw(HOUR) - 1
  events[number] = { time = time, number = number, line = string.format(
    '{"specversion":"1.0","id":"a-%04d","source":"gate","type":"%s","subject":"m-%02d","time":"%s","data":%s}',
    number, type, member, os.date("!%Y-%m-%dT%H:%M:%SZ", time), data) }
end

local function flight(member, hour)
  local route = pick(routes)
  add(hour, "flight", member, string.format('{"km":"%s","cabin":"%s","route":"%s"}', tenths(route[2]), pick(cabins), route[1]))
  if draw(3) > 1 then return end
  local drinks, perfume = 350 * draw(4), draw(2) == 1 and 4990 or 0
  add(hour + 1, "purchase", member, string.format('{"total":"%s","currency":"EUR","items":[' ..
    '{"sku":"WINE","category":"drinks","amount":"%s"},{"sku":"NO5","category":"duty_free","amount":"%s"}]}',
    money(drinks + perfume), money(drinks), money(perfume)))
end

local function partner(member, hour)
  local out, back = draw(90000), draw(90000)
  add(hour, "purchase", member, string.format('{"total":"480.00","currency":"EUR","items":[' ..
    '{"sku":"OUT","category":"tickets/partner","amount":"250.00","km":"%s"},' ..
    '{"sku":"BACK","category":"tickets/partner","amount":"230.00","km":"%s"}]}',
    tenths(out), tenths(back)))
end

for member, flights in ipairs(travellers) do
  add(draw(48), "member.join", member, "{}")
  for _ = 1, flights do flight(member, 48 + draw(YEAR_HOURS - 72)) end
  for _ = 1, flights // 8 do partner(member, 48 + draw(YEAR_HOURS - 72)) end
end

table.sort(events, function(a, b)
  if a.time ~= b.time then return a.time < b.time end
  return a.number < b.number
end)
for _, event in ipairs(events) do print(event.line) end

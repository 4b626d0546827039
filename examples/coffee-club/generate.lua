-- A year of a small chain of coffee bars as CloudEvents, one a line, on standard output: 10,000 events of about 400 members.
--
--   lua5.4 generate.lua [SEED] > events.ndjson
--
-- The same seed gives the same bytes on every machine: a generator of its own, integers only.
local EVENTS <const> = 10000
local MEMBERS <const> = 400
local DAY <const> = 86400
local YEAR_BEGIN <const> = 1735686000 -- 2025-01-01T00:00 in Vienna
local YEAR_DAYS <const> = 365

local state = tonumber(arg and arg[1]) or 20250101

-- 1 .. n (Park and Miller's generator).
local function draw(n)
  state = state * 48271 % 2147483647
  return state % n + 1
end

local function chance(percent) return draw(100) <= percent end

local function pick(list) return list[draw(#list)] end

-- ---- JSON

local function text(value) return '"' .. value .. '"' end

-- A list of { key, JSON } in its order; entries without a value are left out.
local function object(fields)
  local parts = {}
  for _, field in ipairs(fields) do
    if field[2] then parts[#parts + 1] = text(field[1]) .. ":" .. field[2] end
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function list(values) return "[" .. table.concat(values, ",") .. "]" end

local function texts(values)
  local quoted = {}
  for i, value in ipairs(values) do quoted[i] = text(value) end
  return list(quoted)
end

-- Thousandths of a euro as tills write them: two decimals, three when the scales say so.
local function money(thousandths)
  local cents = thousandths % 10 == 0
  local digits = cents and "%d.%02d" or "%d.%03d"
  return string.format(digits, thousandths // 1000, cents and thousandths % 1000 // 10 or thousandths % 1000)
end

-- ---- What is sold

local drinks = {
  { sku = "ESPRESSO", price = 2600, roast = "dark" }, { sku = "MELANGE", price = 4200, roast = "medium" },
  { sku = "CAPPUCCINO", price = 4400, roast = "dark" }, { sku = "FILTER", price = 3800, roast = "light" },
  { sku = "DECAF", price = 3900, roast = "decaf" }, { sku = "ICED", price = 4900, roast = "medium" },
}
for _, drink in ipairs(drinks) do drink.categories, drink.cups = { "drinks", "drinks/coffee" }, 1 end

local extras = {
  { sku = "TEA", price = 3600, category = "drinks/tea" }, { sku = "CAKE", price = 4800, categories = { "food", "food/cake" } },
  { sku = "SANDWICH", price = 6200, categories = { "food" } }, { sku = "CROISSANT", price = 2400, categories = { "food" } },
}

local shelf = {
  { sku = "BEANS-250", price = 9800, categories = { "beans" }, roast = "dark" },
  { sku = "BEANS-1KG", price = 29000, categories = { "beans" }, roast = "medium" },
  { sku = "BEANS-GIFT", price = 14500, categories = { "beans" } }, { sku = "MUG", price = 18000, categories = { "merch" } },
}

local stores = { "dom", "ring", "harbour", "station", "roastery" }
local tenders = { "card", "card", "card", "cash", "cash", "wallet", "wallet", "gift_card" }
local weathers = { "sun", "sun", "cloud", "rain", "snow" }

-- ---- Receipts

local function item(line, product, quantity, amount, cups)
  local inner = object {
    { "cups", cups and tostring(cups) }, { "roast", product.roast and text(product.roast) },
  }
  return object {
    { "line", text(tostring(line)) }, { "sku", text(product.sku) },
    { "category", product.category and text(product.category) }, { "categories", product.categories and texts(product.categories) },
    { "quantity", quantity ~= "1" and text(quantity) or nil }, { "amount", text(money(amount)) },
    { "context", inner ~= "{}" and inner or nil },
  }
end

-- The lines of one visit and what they cost.
local function basket(member)
  local lines, sum = {}, 0
  local function add(product, quantity, amount, cups)
    lines[#lines + 1] = item(#lines + 1, product, quantity, amount, cups)
    sum = sum + amount
  end
  local drink = chance(60) and member.drink or pick(drinks)
  local cups = chance(80) and 1 or draw(3)
  add(drink, tostring(cups), cups * drink.price, cups)
  if chance(12) then
    local other = pick(drinks)
    add(other, "1", other.price, 1)
  end
  if chance(4) then add(drink, "1", 0, 1) end -- the one on the house
  if chance(40) then
    local extra = pick(extras)
    add(extra, "1", extra.price)
  end
  if chance(9) then
    local product = pick(shelf)
    local quantity = chance(85) and 1 or 2
    add(product, tostring(quantity), quantity * product.price)
  end
  if chance(3) then -- loose beans: by weight, with more decimals than the currency has
    local grams = 100 + draw(400)
    add({ sku = "BEANS-LOOSE", categories = { "beans" }, roast = "light" }, string.format("0.%03d", grams), grams * 385 // 10)
  end
  return lines, sum
end

local function payments(total)
  if chance(8) and total > 2000 then
    local first = 1000 + draw(total - 2000)
    first = first - first % 10
    return list { object { { "type", text "gift_card" }, { "amount", text(money(first)) } },
      object { { "type", text(pick(tenders)) }, { "amount", text(money(total - first)) } } }
  end
  return list { object { { "type", text(pick(tenders)) }, { "amount", text(money(total)) } } }
end

-- The receipt's data, and the system that sends it.
local function receipt(member, currency)
  local store = chance(70) and member.store or pick(stores)
  local channel = chance(72) and "counter" or chance(75) and "app" or "delivery"
  if channel == "counter" and store == "station" and chance(25) then -- a kiosk that knows the sum only
    local total = text(money(2400 + 100 * draw(60)))
    return object { { "total", total }, { "store", text(store) }, { "channel", text(channel) } }, "kiosk-station", store
  end
  local lines, sum = basket(member)
  local shipping = channel == "delivery" and 3500 or 0
  local dish = channel == "counter" and chance(35) and tostring(draw(20)) or nil
  local data = object {
    { "store", text(store) }, { "channel", text(channel) }, { "currency", text(currency or "EUR") },
    { "total", channel == "delivery" and money(sum + shipping) or text(money(sum + shipping)) }, { "subtotal", text(money(sum)) },
    { "shipping", shipping > 0 and text(money(shipping)) or nil }, { "items", list(lines) },
    { "payments", chance(96) and payments(sum + shipping) or nil }, { "table", chance(50) and dish or nil },
    { "context", object { { "weather", text(pick(weathers)) }, { "table", dish } } },
  }
  return data, channel == "counter" and "till-" .. store or channel, store
end

-- ---- The year

local events, serial = {}, 0

-- `arrives` is when the line comes in: later than `time` when a till was offline.
local function event(kind, subject, time, data, source, arrives, id)
  serial = serial + 1
  events[#events + 1] = { kind = kind, subject = subject, time = time, data = data, source = source, order = serial,
    arrives = arrives or time, id = id or string.format("%s-%05d", string.sub(source, 1, 1), serial) }
  return events[#events]
end

-- A moment of a day of the year, while the bars are open: 6:30 to 22:30, mornings first.
local function moment(day)
  local second = chance(55) and 23400 + draw(5 * 3600) or 41400 + draw(39600)
  return YEAR_BEGIN + day * DAY + second
end

local function day_from(first) return first + draw(YEAR_DAYS - first) - 1 end

local members = {}

local function found_member(number)
  local member = {
    id = string.format("m-%04d", number), store = pick(stores), drink = pick(drinks), first = chance(45) and draw(14) - 1 or draw(330) - 1,
    weight = chance(55) and 1 or chance(70) and 4 or 12,
  }
  members[number] = member
  if not chance(94) then return end -- never joins: only a card that is swiped
  local joined = chance(92) and member.first or math.min(member.first + 10 + draw(40), YEAR_DAYS - 1)
  local zone = chance(6) and pick { "Europe/Lisbon", "America/New_York", "Asia/Tokyo" } or nil
  local data = object {
    { "timezone", zone and text(zone) }, { "attributes", chance(30) and object { { "favourite", text(member.drink.sku) } } or nil },
  }
  event("member.join", member.id, YEAR_BEGIN + joined * DAY + 20000 + draw(3000), data, "club")
  if chance(4) then event("member.update", member.id, moment(day_from(joined)), object { { "timezone", text "Europe/London" } }, "club") end
end

local function audience(member, name, stay)
  local enter = day_from(member.first)
  event("audience.enter", member.id, moment(enter), object { { "audience", text(name) } }, "crm")
  if chance(stay) or enter + 2 >= YEAR_DAYS then return end
  event("audience.leave", member.id, moment(day_from(enter + 1)), object { { "audience", text(name) } }, "crm")
end

local function club_life()
  for _ = 1, 60 do audience(pick(members), "students", 50) end
  for number = 7, 97, 9 do audience(members[number], "staff", 40) end
  for _ = 1, 160 do
    local member = pick(members)
    local data = object { { "topic", text(pick { "espresso", "latte_art", "tasting" }) }, { "hours", tostring(draw(4)) } }
    event("brewing_class", member.id, moment(day_from(member.first)), data, "roastery")
  end
  for _ = 1, 320 do
    local member = members[draw(80)]
    local data = object { { "roast", text(pick(drinks).roast) }, { "stars", chance(60) and tostring(draw(5)) or nil },
      { "quantity", chance(20) and tostring(1 + draw(2)) or nil } }
    event("tasting_note", member.id, moment(day_from(member.first)), data, "app")
  end
  for _ = 1, 45 do
    local member = pick(members)
    local data = object { { "points", chance(75) and tostring(5 * draw(10)) or "-" .. 5 * draw(8) }, { "account", text "beans" },
      { "source", text "service" }, { "reason", text "goodwill" }, { "actor", text "ana" } }
    event("points.adjust", member.id, moment(day_from(member.first)), data, "desk")
  end
  for month = 1, 12 do event("clock", nil, YEAR_BEGIN + month * 30 * DAY, nil, "scheduler") end
end

-- What goes wrong at any shop: guests, a till set to dollars, an app that sends what nobody asked for.
local function oddities()
  for _ = 1, 40 do event("purchase", nil, moment(draw(YEAR_DAYS) - 1), (receipt(pick(members))), "till-dom") end
  for _ = 1, 3 do event("purchase", pick(members).id, moment(300 + draw(60)), (receipt(pick(members), "USD")), "till-airport") end
  for _ = 1, 5 do event("survey_answered", pick(members).id, moment(200 + draw(150)), object { { "score", "4" } }, "app") end
end

local offline = { [41] = true, [133] = true, [134] = true, [250] = true }

local function visit(wheel)
  local member = pick(wheel)
  local day = day_from(member.first)
  local data, source, store = receipt(member)
  local arrives = store == "station" and offline[day] and YEAR_BEGIN + (day + 2) * DAY + 32400 or nil
  event(source == "app" and "order" or "purchase", member.id, moment(day), data, source, arrives)
end

local function again(first)
  for _ = 1, 12 do -- a till that did not hear the answer
    local old = events[first + draw(500)]
    event(old.kind, old.subject, old.time, old.data, old.source, old.arrives + 60, old.id)
  end
  for number = 1, 3 do -- the same receipt under another id
    local old = events[first + 600 + number]
    local data = string.sub(old.data, 1, -2) .. ',"transaction":' .. text(old.id) .. "}"
    event(old.kind, old.subject, old.time + 30, data, old.source, old.arrives + 90)
  end
end

local function write(one, offset)
  local stamp = offset and os.date("!%Y-%m-%dT%H:%M:%S", one.time + 3600) .. "+01:00" or os.date("!%Y-%m-%dT%H:%M:%SZ", one.time)
  io.write(object {
    { "specversion", text "1.0" }, { "id", text(one.id) }, { "source", text(one.source) }, { "type", text(one.kind) },
    { "subject", one.subject and text(one.subject) }, { "time", text(stamp) }, { "data", one.data },
  }, "\n")
end

for number = 1, MEMBERS do found_member(number) end
club_life()
oddities()
local wheel = {}
for _, member in ipairs(members) do
  for _ = 1, member.weight do wheel[#wheel + 1] = member end
end
local others = #events
for _ = 1, EVENTS - others - 15 do visit(wheel) end
again(others)
table.sort(events, function(a, b)
  if a.arrives ~= b.arrives then return a.arrives < b.arrives end
  return a.order < b.order
end)
for _, one in ipairs(events) do write(one, one.source == "app") end

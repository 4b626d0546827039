-- Facts as specs write them: the `data` of a purchase; an event with its type; a movement of points; a balance; a member.
local core = require "accrue.core"

local fact = {}

function fact.time(text)
  if #text == 10 then text = text .. "T12:00:00Z" end
  return core.time(text) or error(text .. " is no time such as 2026-03-01T08:15:00Z", 3)
end

local attributes = { type = true, data = true, time = true, member = true, subject = true, id = true, source = true }

local function is_event(given)
  if type(given.type) ~= "string" then return false end
  for key in pairs(given) do
    if not attributes[key] then return false end
  end
  return true
end

-- A CloudEvent with what is left out filled in.
function fact.event(given, number, time)
  return {
    specversion = "1.0",
    id = given.id or "spec-" .. number,
    source = given.source or "spec",
    type = given.type or error("an event needs a type", 3),
    subject = given.subject or given.member,
    time = time,
    data = given.data,
  }
end

local profile <const> = { "audiences", "tags", "levels", "attributes", "links", "offers", "offers_redeemed", "offers_expired",
  "joined", "birthday", "level", "timezone" }
local held <const> = { "audiences", "tags", "levels", "attributes", "links", "offers", "offers_redeemed", "offers_expired", "birthday",
  "timezone" }

local function is_member(given)
  for _, name in ipairs(profile) do
    if given[name] then return true end
  end
  return false
end

-- A member at a time: lists of names (or counts by name) for tags, links and offers, level and level_since of the program at hand.
local function member(given)
  local made = { kind = "member", id = given.id or "m-1", time = fact.time(given.time or "2026-03-01"), level = given.level,
    level_since = given.level_since and fact.time(given.level_since), joined = given.joined and fact.time(given.joined) }
  for _, name in ipairs(held) do made[name] = given[name] end
  return made
end

local function without(given, name)
  local made = {}
  for key, value in pairs(given) do
    if key ~= name then made[key] = value end
  end
  return made
end

-- What the core builds a fact of. Points movements have `reason`, balances `points` without one, members any field of a profile;
-- everything else is an event, or the data of a purchase with the `base_points` that an outcome sees.
function fact.of(given)
  if type(given) ~= "table" then error("a fact is a table, found a " .. type(given), 4) end
  if given.reason then
    return { kind = "points", points = given.points, account = given.account, point_source = given.point_source, reason = given.reason }
  elseif given.points then
    return { kind = "balance", points = given.points, account = given.account }
  elseif is_member(given) then
    return member(given)
  end
  local base_points = given.base_points
  if base_points then given = without(given, "base_points") end
  local event = is_event(given) and given or { type = "purchase", data = given }
  local line = core.json_encode(fact.event({ type = event.type, data = event.data, member = event.member or "m-1" }, 1,
    event.time or "2026-03-01T12:00:00Z"))
  return { kind = "event", line = line, base_points = base_points }
end

return fact

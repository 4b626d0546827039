-- Assertions about programs, for luassert (busted). Each says what was found and, where the core can tell, why.
local core = require "accrue.core"
local why = require "accrue.test.why"

local assertions = {}

local function shown(value) return type(value) == "string" and '"' .. value .. '"' or core.json_encode(value) end

-- A result, and what is said when it is not the wanted one: `failure_message` is luassert's.
local function result(state, holds, message)
  if (not holds) == state.mod then state.failure_message = message end
  return holds
end

local function outcomes(reply)
  if type(reply) ~= "table" or not reply.status then error("a reply of send, apply or purchase is wanted, not a " .. type(reply), 4) end
  return reply.outcomes or {}
end

local function names_fired(reply)
  local names, seen = {}, {}
  for _, outcome in ipairs(outcomes(reply)) do
    if outcome.rule and not seen[outcome.rule] then
      seen[outcome.rule] = true
      names[#names + 1] = '"' .. outcome.rule .. '"'
    end
  end
  return #names > 0 and table.concat(names, ", ") or "no rule"
end

local function status(reply)
  local said = reply.error and ": " .. (reply.error.message or reply.error.code) or ""
  return "the event was " .. reply.status .. said
end

-- assert.fired(rule, reply), assert.not_fired(rule, reply)
local function fired(state, given)
  local rule, reply = given[1], given[2]
  local found = false
  for _, outcome in ipairs(outcomes(reply)) do found = found or outcome.rule == rule end
  local explained = not found and reply.status == "applied" and reply.explained and why.rule(reply.explained(), rule)
  found = found or (explained and explained.fired or 0) > 0 -- a rule may give nothing that a reply shows
  if found then return result(state, true, string.format("rule %q fired: %s", rule, core.json_encode(reply.outcomes))) end
  if reply.status ~= "applied" then return result(state, false, string.format("rule %q did not fire: %s", rule, status(reply))) end
  local reason = why.text(explained or nil)
  return result(state, false, string.format("rule %q did not fire; %s did%s", rule, names_fired(reply), reason and "\n" .. reason or ""))
end

-- assert.balance(points, program, member, account)
local function balance(state, given)
  local wanted, program, member, account = given[1], given[2], given[3], given[4]
  local found = program:balance(member, account)
  local holds = found == wanted
  local message = string.format("%s has %s %s; wanted %s%s", member, shown(found), account or "points", state.mod and "" or "anything but ",
    shown(wanted))
  if not holds then
    local lines = {}
    for _, entry in ipairs(program:entries(member)) do
      if (entry.account or "points") == (account or "points") then lines[#lines + 1] = "  " .. program.entry_text(entry) end
    end
    if #lines > 0 then message = message .. "\nthe entries:\n" .. table.concat(lines, "\n") end
  end
  return result(state, holds, message)
end

-- assert.level(name or nil, program, member, family)
local function level(state, given)
  local wanted, program, member, family = given[1], given[2], given[3], given[4]
  local found = program:level(member, family)
  return result(state, found == wanted, string.format("%s is in %s; wanted %s", member, found and "level " .. shown(found) or "no level",
    wanted and shown(wanted) or "no level"))
end

local function fits(entry, wanted)
  for key, value in pairs(wanted) do
    if entry[key] ~= value then return false end
  end
  return true
end

-- assert.entries({ { points = 10, source = "base" }, ... }, program, member): all of them, oldest first, by the fields given.
local function entries(state, given)
  local wanted, program, member = given[1], given[2], given[3]
  local found, lines = program:entries(member), {}
  local holds = #found == #wanted
  for number, entry in ipairs(found) do
    local good = wanted[number] and fits(entry, wanted[number]) or false
    holds = holds and good
    lines[#lines + 1] = (good and "  " or "! ") .. program.entry_text(entry)
  end
  for number = #found + 1, #wanted do lines[#lines + 1] = "- missing: " .. core.json_encode(wanted[number]) end
  return result(state, holds, string.format("%s has %d entries; wanted %d:\n%s", member, #found, #wanted, table.concat(lines, "\n")))
end

local function answered(wanted)
  return function(state, given)
    local pattern, reply = given[1], given[2]
    if reply == nil then pattern, reply = nil, pattern end
    outcomes(reply)
    local message = reply.error and reply.error.message or ""
    local code = reply.error and reply.error.code or ""
    local holds = reply.status == wanted
      and (not pattern or string.find(message, pattern, 1, true) ~= nil or string.find(code, pattern, 1, true) ~= nil)
    return result(state, holds, string.format("%s; wanted %s%s", status(reply), wanted, pattern and " with " .. shown(pattern) or ""))
  end
end

local known <const> = {
  fired = fired, balance = balance, level = level, entries = entries, parks = answered "parked", rejected = answered "rejected",
  applied = answered "applied",
}

-- Nothing where the runner has no luassert.
function assertions.install()
  local there, luassert = pcall(require, "luassert")
  if not there then return end
  for name, assertion in pairs(known) do luassert:register("assertion", name, assertion) end
  local own = luassert.level -- assert:level(2) says where an error is told; assert.level("Gold", ...) is ours
  luassert.level = function(first, ...)
    if first == luassert then return own(first, ...) end
    return luassert.state().level(first, ...)
  end
end

return assertions

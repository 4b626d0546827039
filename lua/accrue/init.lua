-- require "accrue" outside the daemon: the table that components see as the global `accrue`, for specs of a template's lib files.
-- Constructors hand back what they are given; accrue.test loads components through the real host, which checks them.
local api = require "accrue.api"
local core = require "accrue.core"

local function same(kind)
  return function(fields)
    if type(fields) ~= "table" then error("accrue." .. kind .. " wants a table", 2) end
    return fields
  end
end

local function closed(name, members)
  return setmetatable(members, { __index = function(_, key) error("accrue" .. name .. " has no " .. tostring(key), 2) end })
end

local function each(prefix, names, make)
  local members = {}
  for _, name in ipairs(names) do members[name] = make(prefix .. name, name) end
  return closed("." .. string.sub(prefix, 1, -2), members)
end

local function names(list)
  local made = {}
  for number, described in ipairs(list) do made[number] = described.name end
  return made
end

local function variable(_, name)
  return function(options)
    local made = { var = name }
    for key, value in pairs(options or {}) do made[key] = value end
    return made
  end
end

local function effect(full, name)
  local check = same(full)
  return function(fields)
    local made = { effect = name }
    for key, value in pairs(check(fields)) do made[key] = value end
    return made
  end
end

local text = {}

function text.starts_with(whole, start) return string.sub(whole, 1, #start) == start end

function text.trim(whole) return (string.gsub(string.gsub(whole, "^%s+", ""), "%s+$", "")) end

function text.split(whole, separator)
  local parts, from = {}, 1
  while true do
    local first, last = string.find(whole, separator, from, true)
    if not first or last < first then break end
    parts[#parts + 1] = string.sub(whole, from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = string.sub(whole, from)
  return parts
end

return closed("", {
  condition_type = same "condition_type",
  key_phrase     = same "key_phrase",
  constraint     = same "constraint",
  outcome        = same "outcome",
  event          = same "event",
  scale          = core.scale,
  points_per     = core.points_per,
  text           = closed(".text", text),
  var            = each("var.", names(api.variables), variable),
  effect         = each("effect.", names(api.effects), effect),
})

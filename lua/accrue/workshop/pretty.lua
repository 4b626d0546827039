-- JSON for people: two spaces, known keys in a set order, the others by name; what fits stands on one line.
local core = require "accrue.core"

local WIDTH <const> = 110
local first <const> = { "$schema", "$id", "title", "description", "$ref", "key_phrase", "outcome", "type", "const", "enum", "if",
  "required", "properties" }
local rank = {}
for number, key in ipairs(first) do rank[key] = number end

local function keys_of(value)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    local left, right = rank[a] or #first + 1, rank[b] or #first + 1
    if left ~= right then return left < right end
    return a < b
  end)
  return keys
end

local function is_list(value)
  local meta = getmetatable(value)
  return #value > 0 or (meta and meta.__array) or false
end

local write

local function parts_of(value, indent, flat)
  local parts = {}
  if is_list(value) then
    for _, item in ipairs(value) do parts[#parts + 1] = write(item, indent, flat) end
  else
    for _, key in ipairs(keys_of(value)) do
      parts[#parts + 1] = core.json_encode(key) .. ": " .. write(value[key], indent, flat)
    end
  end
  return parts
end

function write(value, indent, flat)
  if type(value) ~= "table" then return core.json_encode(value) end
  local open, close = "{", "}"
  if is_list(value) then open, close = "[", "]" end
  if next(value) == nil then return open .. close end
  local line = open .. table.concat(parts_of(value, "", true), ", ") .. close
  if flat or #line + #indent <= WIDTH then return line end
  local inner = indent .. "  "
  return open .. "\n" .. inner .. table.concat(parts_of(value, inner, false), ",\n" .. inner) .. "\n" .. indent .. close
end

return function(value) return write(value, "", false) .. "\n" end

-- Why a rule did not fire, from what the core explains of an event.
local why = {}

-- The rule's part of an explanation; nil where it was not looked at.
function why.rule(explained, name)
  for _, place in ipairs(explained and explained.judged or {}) do
    for _, rule in ipairs(place.rules or {}) do
      if rule.rule == name then return rule end
    end
  end
end

local function told(node)
  local line = node.sentence or node.key_phrase or node.name or "?"
  if node.actual ~= nil then line = line .. ": found " .. tostring(node.actual) end
  if node.required ~= nil then line = line .. string.format(", wanted %s %s", node.operator or "", tostring(node.required)) end
  return line
end

-- The conditions of a tree that keep it from holding, one a line.
local function failing(node, lines)
  if type(node) ~= "table" or node.holds then return lines end
  local inner = node.all or node.any
  if node.none then
    lines[#lines + 1] = "  one of a group of none holds"
  elseif inner then
    for _, child in ipairs(inner) do failing(child, lines) end
  else
    lines[#lines + 1] = "  " .. told(node)
  end
  return lines
end

-- nil when nothing is known.
function why.text(rule)
  if not rule then return nil end
  if rule.why == "conditions" then return table.concat(failing(rule.when, { "what does not hold:" }), "\n") end
  if rule.why == "limit" and rule.limit then
    return string.format("its limit is used up: %s of %s", tostring(rule.limit.used), tostring(rule.limit.of))
  end
  return rule.why and "because of: " .. tostring(rule.why) or nil
end

return why

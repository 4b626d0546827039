-- Which ways a template's own components went while its specs ran.
local core = require "accrue.core"
local place = require "accrue.test.place"

local coverage = {}

local ways <const> = {
  ["key phrase"] = { "true", "false" }, ["constraint"] = { "in", "out" }, ["outcome"] = { "something", "nothing" },
}

local function counted()
  local by = {}
  for _, seen in ipairs(core.seen()) do by[seen.kind .. "/" .. seen.name .. "/" .. seen.hash] = seen end
  return by
end

-- The template's own components, each with how often it went either way.
function coverage.of(dir)
  local good, template = pcall(core.template, dir, place.standard())
  if not good then return {} end
  local by, found = counted(), {}
  for _, component in ipairs(template:describe().components) do
    if component.layer == 0 and ways[component.kind] then
      local seen = by[component.kind .. "/" .. component.name .. "/" .. component.hash] or { yes = 0, no = 0 }
      -- How many facts of a period count is asked of history as a whole, not of one fact.
      local either = component.functions.rate or false
      local outcome = component.kind == "outcome" -- may well always give something
      found[#found + 1] = { kind = component.kind, name = component.name, yes = seen.yes, no = seen.no, either = either,
        complete = either or (seen.yes > 0 and (outcome or seen.no > 0)) }
    end
  end
  return found
end

local function way(component, number, count)
  if component.either then return "" end
  return string.format("%s %s", ways[component.kind][number], count > 0 and tostring(count) or "never")
end

-- true when every component was reached both ways.
function coverage.print(out, dir, missing_only)
  local components = coverage.of(dir)
  local reached, width = 0, 0
  for _, component in ipairs(components) do
    if component.complete then reached = reached + 1 end
    width = math.max(width, #component.name)
  end
  if #components == 0 then return true end
  out:write(string.format("\ncomponents that the specs reach: %d of %d\n", reached, #components))
  for _, component in ipairs(components) do
    if not missing_only or not component.complete then
      local line = string.format("  %s %-10s  %-" .. width .. "s  %-16s %s", component.complete and " " or "!", component.kind,
        component.name, way(component, 1, component.yes), way(component, 2, component.no))
      out:write((string.gsub(line, "%s+$", "")), "\n")
    end
  end
  return reached == #components
end

return coverage

-- accrue schema: JSON Schemas by which an editor completes and checks the programs, rules and events of a template.
local components = require "accrue.workshop.schema.components"
local core = require "accrue.core"
local events = require "accrue.workshop.schema.events"
local files = require "accrue.workshop.files"
local options = require "accrue.workshop.options"
local place = require "accrue.test.place"
local pretty = require "accrue.workshop.pretty"
local program = require "accrue.workshop.schema.program"

local schema = {}

schema.help = [[
usage: accrue schema DIR [--rules | --events] [--write]

Prints the JSON Schema (2020-12) of the programs of the rules template DIR: key phrases, constraints and outcomes as choices with their
sentences, their variables with types, constraints only where they may stand. Names that a program itself gives (accounts, levels,
stores) are checked by accrue check, not by the schema. Programs name it: "$schema": "../program.schema.json".

  --rules    of the files in rules/
  --events   of the events that are sent
  --write    into DIR/program.schema.json (rule.schema.json, event.schema.json) instead

example:
  accrue schema fuel-club --write
]]

local function by_kind(template)
  local all = { ["condition type"] = {}, ["key phrase"] = {}, ["constraint"] = {}, ["outcome"] = {}, ["event type"] = {} }
  for _, component in ipairs(template.components) do table.insert(all[component.kind], component) end
  return all
end

local function rule_names(dir)
  local names = {}
  for _, name in ipairs(core.files(dir .. "/rules") or {}) do
    names[#names + 1] = string.match(name, "^(.+)%.json$")
  end
  return names
end

local function definitions(all, dir)
  local defs = {}
  program.definitions(defs, rule_names(dir))
  defs.condition = components.condition(all)
  defs.constraints = components.of_current(all)
  defs.group_constraints = components.of_group(all)
  for _, constraint in ipairs(all["constraint"]) do defs["constraint." .. constraint.name] = components.constraint(constraint) end
  for _, phrase in ipairs(all["key phrase"]) do defs["key_phrase." .. phrase.name] = components.phrase(all, phrase) end
  for _, outcome in ipairs(all["outcome"]) do defs["outcome." .. outcome.name] = components.outcome(outcome) end
  for _, behavior in ipairs(program.behaviors) do defs["outcomes." .. behavior] = components.outcomes(all, behavior) end
  return defs
end

-- A rules file may be used in any behavior.
local function rule_root()
  local any = {}
  for number, behavior in ipairs(program.behaviors) do any[number] = { ["$ref"] = "#/$defs/rule." .. behavior } end
  return { type = "object", anyOf = any }
end

local names <const> = { program = "program.schema.json", rules = "rule.schema.json", events = "event.schema.json" }

-- The text of one of the three.
function schema.text(dir, what)
  local template = core.template(dir, place.standard()):describe()
  local all = by_kind(template)
  if what == "events" then return pretty(events.schema(template, all)) end
  local root = what == "rules" and rule_root() or program.root()
  root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
  root.title = (what == "rules" and "Rules of " or "Programs of ") .. template.name
  root["$defs"] = definitions(all, dir)
  return pretty(root)
end

function schema.write(dir, what) files.write(dir .. "/" .. names[what], schema.text(dir, what)) end

function schema.run(words)
  local given, option = options("schema", words, { ["--rules"] = "flag", ["--events"] = "flag", ["--write"] = "flag" }, 1, 1)
  local dir = files.template(given[1])
  local what = option["--rules"] and "rules" or option["--events"] and "events" or "program"
  if not option["--write"] then
    io.stdout:write(schema.text(dir, what))
    return 0
  end
  schema.write(dir, what)
  io.stdout:write("made ", dir, "/", names[what], "\n")
  return 0
end

return schema

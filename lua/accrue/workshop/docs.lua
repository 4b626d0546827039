-- accrue docs: the manual of a template's components, as Markdown.
local core = require "accrue.core"
local files = require "accrue.workshop.files"
local options = require "accrue.workshop.options"
local place = require "accrue.test.place"
local pretty = require "accrue.workshop.pretty"

local docs = {}

docs.help = [[
usage: accrue docs DIR [--all]

Prints the manual of the components of the rules template DIR as Markdown: how each reads, its variables with types, defaults and bounds,
where it may stand, and its examples.

  --all   those that it inherits too

example:
  accrue docs fuel-club > fuel-club/MANUAL.md
]]

local kinds <const> = {
  { kind = "condition type", title = "Condition types", text = "Which facts a condition looks at." },
  { kind = "key phrase", title = "Key phrases", text = "What is measured or tested about those facts." },
  { kind = "constraint", title = "Constraints", text = "What narrows them." },
  { kind = "outcome", title = "Outcomes", text = "What a rule does when it holds." },
  { kind = "event type", title = "Event types", text = "Custom events, and fields beyond the known ones." },
}

local field_of <const> = { ["key phrase"] = "key_phrase", outcome = "outcome" }

local function code(text) return "`" .. text .. "`" end

local function codes(list)
  local made = {}
  for number, text in ipairs(list) do made[number] = code(text) end
  return table.concat(made, ", ")
end

-- In a cell of a table a bar would begin the next one.
local function cell(text) return (string.gsub(string.gsub(text, "|", "\\|"), "\n", " ")) end

local function notes_of(variable)
  local notes = {}
  local function add(text) notes[#notes + 1] = text end
  if variable.choices then add("one of " .. codes(variable.choices)) end
  if variable.type == "operator" and variable.of then add("compares " .. code(variable.of)) end
  if variable.type == "set" and variable.of then add("of " .. variable.of) end
  if variable.scale and variable.scale > 0 then add(variable.scale .. " decimals") end
  if variable.min then add("at least " .. variable.min) end
  if variable.max then add("at most " .. variable.max) end
  if variable.help then add(variable.help) end
  return table.concat(notes, "; ")
end

local function given(variable)
  if variable.default ~= nil then return "default " .. code(core.json_encode(variable.default)) end
  if variable.setting then return "default: setting " .. code(variable.setting) end
  if variable.type == "operator" then return "default " .. code ">=" end
  return variable.optional and "may be left out" or "must be given"
end

local function add_variables(out, variables, what)
  if #variables == 0 then return end
  out[#out + 1] = string.format("| %s | type | | |\n|---|---|---|---|", what)
  for _, variable in ipairs(variables) do
    out[#out + 1] = string.format("| %s | %s | %s | %s |", code(variable.name), variable.type, cell(given(variable)),
      cell(notes_of(variable)))
  end
  out[#out + 1] = ""
end

local function add_examples(out, component)
  for _, example in ipairs(component.examples) do
    local field, use = field_of[component.kind], {}
    for name, value in pairs(example.vars or {}) do use[name] = value end
    if field then use[field] = component.name else use = { [component.name] = use } end
    out[#out + 1] = "```json\n" .. pretty(use) .. "```"
    out[#out + 1] = (example.sentence or "") .. "\n"
  end
end

local function allowed(component, all)
  local names = {}
  for _, constraint in ipairs(all) do
    local fits = constraint.kind == "constraint"
    if fits then
      fits = false
      for _, name in ipairs(constraint.conditions) do fits = fits or name == component.name end
      for _, name in ipairs(component.constraints) do fits = fits or name == constraint.name end
    end
    if fits then names[#names + 1] = constraint.name end
  end
  return names
end

local function uses(component, all)
  local names = {}
  for _, phrase in ipairs(all) do
    for _, name in ipairs(phrase.kind == "key phrase" and phrase.conditions or {}) do
      if name == component.name then names[#names + 1] = phrase.name end
    end
  end
  return names
end

local function add_place(out, component, all)
  local function line(format, ...) out[#out + 1] = string.format(format, ...) .. "\n" end
  if component.kind == "condition type" then
    line("Over %s; facts: %s.", component.over, #component.facts > 0 and codes(component.facts) or "none")
    local phrases, constraints = uses(component, all), allowed(component, all)
    if #phrases > 0 then line("Key phrases: %s.", codes(phrases)) end
    if #constraints > 0 then line("Constraints: %s.", codes(constraints)) end
  elseif component.kind == "outcome" then
    line("%s", #component.behaviors > 0 and "Stands in " .. codes(component.behaviors) .. "." or "Stands in every behavior.")
  elseif #component.conditions > 0 then
    line("Goes with %s.", codes(component.conditions))
  end
  if component.aggregate and component.aggregate ~= "none" then line("Over history: the %s.", component.aggregate) end
end

local function declared(fields)
  local variables = {}
  for number, field in ipairs(fields) do
    variables[number] = { name = field.name, type = field.type, optional = field.optional, scale = field.scale, choices = field.choices }
  end
  return variables
end

local function add_component(out, component, all)
  out[#out + 1] = "### " .. component.name .. "\n"
  out[#out + 1] = "> " .. component.title .. "\n"
  if component.deprecated then out[#out + 1] = "**Deprecated**: " .. component.deprecated .. "\n" end
  if component.description then out[#out + 1] = component.description .. "\n" end
  add_place(out, component, all)
  add_variables(out, component.variables, "variable")
  add_variables(out, declared(component.fields), "field")
  add_variables(out, declared(component.item_fields), "field of a line")
  add_examples(out, component)
end

function docs.text(dir, everything)
  local template = core.template(dir, place.standard()):describe()
  local out = {
    string.format("# %s %s\n", template.name, template.version),
    "Made by `accrue docs`. A program uses a component by its name; what a use reads as stands above its variables.\n",
  }
  for _, section in ipairs(kinds) do
    local own = {}
    for _, component in ipairs(template.components) do
      if component.kind == section.kind and (everything or component.layer == 0) then own[#own + 1] = component end
    end
    if #own > 0 then
      out[#out + 1] = string.format("## %s\n\n%s\n", section.title, section.text)
      for _, component in ipairs(own) do add_component(out, component, template.components) end
    end
  end
  return (string.gsub(table.concat(out, "\n"), "\n\n\n+", "\n\n"))
end

function docs.run(words)
  local given_words, option = options("docs", words, { ["--all"] = "flag" }, 1, 1)
  io.stdout:write(docs.text(files.template(given_words[1]), option["--all"]))
  return 0
end

return docs

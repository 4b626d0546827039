-- accrue.test: specs on the real core, under busted or any other runner.
--
--   local test = require "accrue.test"
--   local litres = test.load("key_phrases/litres.lua")                      one component, called as the daemon calls it
--   assert.equal(3050, litres:value({ total = "40.00", items = { ... } }, { litres = "30.00" }))
--   local club = test.program("programs/fuel-club.json")                     a whole engine on a memory ledger
--   club:send { type = "purchase", member = "m-1", data = { total = "12.50" } }
--   assert.balance(12, club, "m-1")
local assertions = require "accrue.test.assertions"
local blank = require "accrue.test.blank"
local build = require "accrue.test.build"
local component = require "accrue.test.component"
local core = require "accrue.core"
local place = require "accrue.test.place"
local program = require "accrue.test.program"
local property = require "accrue.test.property"

local test = { json = {} }

-- JSON text to a Lua value and back: null is absent in objects, `test.json.null` in lists; an empty table is an object
-- unless `test.json.list` made it; a number with a fraction is refused, as amounts are texts.
test.json.decode = core.json_decode
test.json.encode = core.json_encode
test.json.null = core.null

function test.json.list(items) return setmetatable(items or {}, { __array = true }) end

-- Facts with what is left out filled in: test.purchase { items = { { amount = "4.00" } } } or test.purchase "12.50";
-- test.give_back("t-1", { total = "5.00" }); test.event("visit", { store = "S1" }, { member = "m-1" }); test.member { tags = { "vip" } }.
test.purchase, test.give_back, test.event, test.member = build.purchase, build.give_back, build.event, build.member

-- test.forall(test.any.timeline { members = 2 }, function(events) ... end, { runs = 50 }): a claim tried with many made-up cases; what
-- fails is made smaller, and told with the seed that repeats it. Generators: see accrue/test/property.lua.
test.forall, test.any = property.forall, property.any

-- test.load(file, dir, options): one component of the template in `dir` (default: that of the calling spec).
-- options.program: fields of the program that it is compiled into (accounts, stores, currency ...);
-- options.phrase: the condition that a constraint is put on.
function test.load(file, dir, options)
  return component.load(file, dir or place.template(2), options or {})
end

-- test.program(program, options): a program's file (below the calling spec's template, or where the runner stands), or the program
-- itself as a table, published on an engine of its own.
-- options.template: the template's directory for a table (default: that of the calling spec); options.start: the first time;
-- options.levels: "all" (default) publishes the levels too.
function test.program(source, options)
  return program.open(source, options or {}, place.template(2))
end

-- test.rules { purchase = { rule ... }, event = { ... }, entrance = { ... } }: rules in a program that has accounts points, status
-- and fine (two decimals), sources base and promo, links referrer and friend, levels Member and Gold (entered by `entrance`), and
-- whatever fields are given. A rule without outcomes gives one point.
function test.rules(fields, options)
  return program.open(blank.program(fields), options or {}, place.template(2))
end

-- Every component of a template: { kind, name, file, title, conditions, facts, constraints, behaviors }.
function test.components(dir)
  return component.template(dir or place.template(2)):components()
end

-- Under busted: assert.balance, level, entries, fired, not_fired, applied, rejected, parks; see accrue/test/assertions.lua.
assertions.install()

return test

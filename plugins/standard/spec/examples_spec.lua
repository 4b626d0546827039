-- Every example in a component is a use that a program may hold, and reads as it says.
local test = require "accrue.test"

_G.accrue = require "accrue"
local here = string.match(debug.getinfo(1, "S").source, "^@(.*)spec/[^/]*$") or "./"
package.path = here .. "lib/?.lua;" .. package.path

describe("the standard template", function()
  for _, component in ipairs(test.components()) do
    local file = string.match(component.file, "([%w_]+/[%w_]+%.lua)$")
    it("has examples that load: " .. file, function()
      local examples = dofile(here .. file).examples
      if component.kind == "condition type" then return end
      assert.is_table(examples)
      for _, example in ipairs(examples) do
        assert.is_nil(test.load(file):faults(example.vars))
        assert.equal(example.sentence, test.load(file):sentence(example.vars))
      end
    end)
  end
end)

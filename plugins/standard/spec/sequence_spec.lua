local test = require "accrue.test"

describe("condition type sequence", function()
  local sequence = test.load("condition_types/sequence.lua")

  it("looks at history", function() assert.equal("history", sequence.over) end)
end)

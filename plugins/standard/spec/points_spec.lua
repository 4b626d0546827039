local test = require "accrue.test"

describe("condition type points", function()
  it("looks at the current event", function() assert.equal("current", test.load("condition_types/points.lua").over) end)
end)

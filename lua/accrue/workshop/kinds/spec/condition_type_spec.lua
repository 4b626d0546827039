local test = require "accrue.test"

describe("my_name", function()
  it("is there", function()
    local found
    for _, component in ipairs(test.components()) do
      if component.kind == "condition type" and component.name == "my_name" then found = component end
    end
    assert.equal("current", found.over)
  end)
end)

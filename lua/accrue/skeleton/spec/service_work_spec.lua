local test = require "accrue.test"

describe("service_work", function()
  local service_work = test.load "key_phrases/service_work.lua"

  it("tells one kind of work from another", function()
    local visit = { type = "service_visit", data = { work = "tyres" } }
    assert.is_true((service_work:test(visit, { work = "tyres" })))
    assert.is_false((service_work:test(visit, { work = "repair" })))
  end)
end)

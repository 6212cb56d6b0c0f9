#include <descent/data/tape_params.hpp>

#include <memory>

#include <nlohmann/json.hpp>

#include <descent/autodiff/ops/all.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("tape params: those of every op's samples come back equal") {
  for (const Op* op : all_ops()) {
    if (op->params.size == 0) continue;
    for (const Sample& sample : op->samples()) {
      INFO(op->name);
      const std::unique_ptr<void, void (*)(void*) noexcept> again(op->params.make(), op->params.free);
      const void* params = sample.params ? sample.params.get() : again.get();
      const auto written = nlohmann::json::parse(data::params_to_json(*op, params, {}).dump());
      for (const auto& [name, value] : written.items()) CHECK(op->params.set(again.get(), name, data::param_from_json(value)));
      CHECK(op->params.equal(again.get(), params));
    }
  }
}

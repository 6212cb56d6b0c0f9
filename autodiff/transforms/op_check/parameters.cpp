#include <memory>

#include <descent/autodiff/transforms/op_check/properties.hpp>

namespace descent::inline v1::op_check {
namespace {

using Owned = std::unique_ptr<void, void (*)(void*) noexcept>;

}  // namespace

void parameters_round_trip(Findings& findings, const Trial& trial) {
  const ParamsTable& table = trial.op.params;
  if (table.size == 0) return;
  NamedParams named;
  table.list(trial.params, named);
  findings.expect("parameters have fields", !named.empty());

  const Owned made(table.make(), table.free);
  for (const auto& [name, value] : named)
    findings.expect("parameter " + name + " is set from its listed value " + to_string(value), table.set(made.get(), name, value));
  findings.expect("parameters set by name equal the sample's", table.equal(made.get(), trial.params));
  findings.expect("a parameter of no such name is refused", !table.set(made.get(), "no such name", ParamValue(Index{1})));

  const auto bytes = std::make_unique_for_overwrite<std::byte[]>(table.size);  // aligned as every params type: by new
  table.copy(bytes.get(), trial.params);
  findings.expect("copied parameters are equal", table.equal(bytes.get(), trial.params));
  table.destroy(bytes.get());
}

}  // namespace descent::inline v1::op_check

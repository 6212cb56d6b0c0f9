#include <descent/autodiff/tape/program.hpp>

#include <algorithm>

#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {

struct Program::Step {
  const Entry* entry;
  std::vector<Source> in;
  std::vector<std::uint8_t> used;  // by result
};

Program::Program(const Function& f, std::span<const Tensor> in) {
  const Seal unseen;
  record_ = std::make_unique<Record>(Purpose::program);
  Leaves inputs;
  for (const Tensor& x : in) inputs.push_back(record_->watch(unrecorded(x)));
  results_ = f(inputs);
  record_->stop();
  values_ = record_->values();

  std::vector<std::uint8_t> needed_later(values_, 0);
  const auto mark_last = [&](Source& source) {
    if (source.kind != Source::Kind::value || needed_later[source.number] != 0) return;
    needed_later[source.number] = 1;
    source.last_use = true;
  };
  for (Tensor& y : results_) {
    outputs_.push_back(y.absent() ? Source{Source::Kind::constant} : source_of(y, in.size()));
    if (y.present()) y = unrecorded(y);
  }
  for (Source& output : outputs_)
    if (output.kind == Source::Kind::value) needed_later[output.number] = 1;
  for (const Entry* entry = record_->last(); entry != nullptr; entry = entry->previous) {
    const auto first = needed_later.begin() + entry->first_out;
    Step step{entry, {}, {first, first + entry->outputs}};
    if (std::find(step.used.begin(), step.used.end(), 1) == step.used.end()) continue;
    const std::span<const std::uint32_t> slots = entry->in();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if ((slots[i] & Entry::constant) != 0) step.in.push_back(source_of(entry->kept_in()[i], in.size()));
      else if (slots[i] < in.size()) step.in.push_back({Source::Kind::input, slots[i]});
      else step.in.push_back({Source::Kind::value, slots[i]});
    }
    std::for_each(step.in.rbegin(), step.in.rend(), mark_last);
    steps_.push_back(std::move(step));
  }
  std::reverse(steps_.begin(), steps_.end());
}

Program::~Program() = default;

Program::Source Program::source_of(const Tensor& x, std::size_t inputs) {
  std::uint32_t slot = 0;
  if (record_->find(x, slot)) return {slot < inputs ? Source::Kind::input : Source::Kind::value, slot};
  if (!recorded(x)) return {Source::Kind::constant, 0, x};
  const auto same = std::find_if(captured_.begin(), captured_.end(), [&](const Tensor& other) { return other.node() == x.node(); });
  const auto place = static_cast<std::size_t>(same - captured_.begin());
  if (same == captured_.end()) captured_.push_back(x);
  return {Source::Kind::input, inputs + place};
}

Tensor Program::fetch(const Source& source, Leaves& values, std::span<const Tensor> in) {
  switch (source.kind) {
    case Source::Kind::input: return in[source.number];
    case Source::Kind::constant: return source.constant;
    case Source::Kind::value: break;
  }
  return source.last_use ? std::move(values[source.number]) : values[source.number];
}

Program::Leaves Program::operator()(std::span<const Tensor> in) const {
  Leaves values(values_), arguments, out;
  for (const Step& step : steps_) {
    arguments.clear();
    for (const Source& source : step.in) arguments.push_back(fetch(source, values, in));
    out.assign(step.entry->outputs, Tensor());
    execute(*step.entry->op, step.entry->params(), arguments, out, step.entry->where);
    for (std::size_t k = 0; k < out.size(); ++k)
      if (step.used[k] != 0) values[step.entry->first_out + k] = std::move(out[k]);
  }
  Leaves results;
  for (const Source& output : outputs_) results.push_back(fetch(output, values, in));
  return results;
}

}  // namespace descent::inline v1

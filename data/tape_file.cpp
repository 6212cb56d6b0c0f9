#include <descent/data/tape_file.hpp>

#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/tape/record.hpp>
#include <descent/data/byte_reader.hpp>
#include <descent/data/safetensors.hpp>
#include <descent/data/tape_params.hpp>

namespace descent::inline v1 {

using nlohmann::json;

struct LoadedTape::Calls {
  /// A value by its number, the inputs first; or a constant.
  struct Source {
    Index value = -1;
    Tensor constant = {};
    bool last_use = false;
  };
  struct Call {
    std::string op;
    NamedParams params;
    std::vector<Source> in;
    std::size_t results;
  };
  std::vector<Abstract> inputs;
  std::vector<Call> calls;
  std::vector<Source> results;
};

namespace {

constexpr const char* kKey = "descent.tape";
constexpr int kVersion = 1;

/// What is written: the calls as JSON, those that the results need, and the constants that they name. Values are numbered anew, inputs
/// first.
class Writer {
 public:
  explicit Writer(const Record& record) : record_(record), number_(record.values()) {}

  json calls(std::span<const Tensor> results) {
    const std::vector<std::uint8_t> needed = record_.needed_for(results);
    json inputs = json::array(), calls = json::array(), outputs = json::array();
    for (const std::uint32_t slot : record_.watched()) {
      number_[slot] = numbered_++;
      inputs.push_back(data::to_json(record_.like(slot)));
    }
    for (const Entry* entry : record_.entries())
      if (needed[entry->first_out] != 0) calls.push_back(call(*entry));
    for (const Tensor& y : results) outputs.push_back(source(y));
    return {{"version", kVersion}, {"inputs", inputs}, {"calls", calls}, {"results", outputs}};
  }
  std::vector<data::Named> take_constants() { return std::move(constants_); }

 private:
  json call(const Entry& entry) {
    json in = json::array();
    const std::span<const std::uint32_t> slots = entry.in();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if ((slots[i] & Entry::constant) != 0) in.push_back(source(entry.kept_in()[i]));
      else in.push_back(number_[slots[i]]);
    }
    for (std::uint32_t k = 0; k < entry.outputs; ++k) number_[entry.first_out + k] = numbered_++;
    return {{"op", entry.op->name},
            {"in", in},
            {"params", data::params_to_json(*entry.op, entry.params(), entry.where)},
            {"results", entry.outputs}};
  }
  json source(const Tensor& x) {
    std::uint32_t slot = 0;
    if (record_.find(x, slot)) return number_[slot];
    const auto [found, fresh] = names_.emplace(x.node(), "c" + std::to_string(names_.size()));
    if (fresh) constants_.push_back({found->second, x});
    return found->second;
  }

  const Record& record_;
  std::vector<Index> number_;  // by slot
  Index numbered_ = 0;
  std::map<const void*, std::string> names_;
  std::vector<data::Named> constants_;  // held, so that no node's place is used twice
};

/// What is read, checked as it is read: whatever a file says, running it can at most throw what an op throws.
class Reader {
 public:
  Reader(std::string who, data::Safetensors file) : who_(std::move(who)) {
    for (data::Named& constant : file.tensors) constants_.emplace(std::move(constant.name), std::move(constant.value));
  }

  LoadedTape::Calls calls(const json& text) {
    if (text.at("version") != kVersion) fail("it is of version " + text.at("version").dump() + "; version 1 is read");
    LoadedTape::Calls all;
    for (const json& input : text.at("inputs")) all.inputs.push_back(data::abstract_from_json(input));
    known_ = static_cast<Index>(all.inputs.size());
    for (const json& one : text.at("calls")) all.calls.push_back(call(one, all.calls.size()));
    for (const json& result : text.at("results")) all.results.push_back(source(result, "the results"));
    mark_last_uses(all);
    return all;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw FormatError(who_ + ": " + what); }

  LoadedTape::Calls::Call call(const json& text, std::size_t number) {
    const std::string here = "call " + std::to_string(number);
    LoadedTape::Calls::Call call{text.at("op").get<std::string>(), {}, {}, text.at("results").get<std::size_t>()};
    for (const json& in : text.at("in")) call.in.push_back(source(in, here));
    for (const auto& [name, value] : text.at("params").items()) call.params.emplace(name, data::param_from_json(value));
    try {
      check_call(call.op, call.in.size(), call.results, call.params);
    } catch (const ValueError& error) { fail(here + " is none: " + error.sentence()); }
    known_ += static_cast<Index>(call.results);
    return call;
  }
  LoadedTape::Calls::Source source(const json& text, const std::string& here) const {
    if (text.is_string()) {
      const auto found = constants_.find(text.get<std::string>());
      if (found == constants_.end())
        fail(here + " read the constant " + data::shown(text.get<std::string>()) + ", which is not in the file");
      return {-1, found->second};
    }
    const auto value = text.get<Index>();
    if (!text.is_number_integer() || value < 0 || value >= known_)
      fail(here + " read value " + text.dump() + "; there are " + std::to_string(known_) + " before it");
    return {value};
  }
  void mark_last_uses(LoadedTape::Calls& all) const {
    std::vector<bool> later(static_cast<std::size_t>(known_));
    for (const LoadedTape::Calls::Source& result : all.results)
      if (result.value >= 0) later[static_cast<std::size_t>(result.value)] = true;
    for (auto call = all.calls.rbegin(); call != all.calls.rend(); ++call)
      for (auto in = call->in.rbegin(); in != call->in.rend(); ++in)
        if (in->value >= 0 && !later[static_cast<std::size_t>(in->value)]) in->last_use = later[static_cast<std::size_t>(in->value)] = true;
  }

  std::string who_;
  std::map<std::string, Tensor> constants_;
  Index known_ = 0;
};

void require_inputs(std::span<const Tensor> in, const std::vector<Abstract>& wanted, std::source_location where) {
  if (in.size() != wanted.size())
    throw ValueError("LoadedTape: " + std::to_string(in.size()) + " inputs; the tape watched " + std::to_string(wanted.size()), where);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i].absent()) throw ValueError("LoadedTape: input " + std::to_string(i) + " is absent; give it a value", where);
    const Abstract got = abstract_of(in[i]);
    const std::string sentence = "LoadedTape: input " + std::to_string(i) + " is " + to_string(got) + "; the tape was recorded with " +
                                 to_string(wanted[i]) + ", and its calls hold for that alone";
    if (got.dtype != wanted[i].dtype) throw DtypeError(sentence, where);
    if (got.shape != wanted[i].shape) throw ShapeError(sentence, where);
  }
}

}  // namespace

const std::vector<Abstract>& LoadedTape::inputs() const { return calls_->inputs; }
std::size_t LoadedTape::results() const { return calls_->results.size(); }

std::vector<Tensor> LoadedTape::operator()(std::span<const Tensor> in, std::source_location where) const {
  require_inputs(in, calls_->inputs, where);
  std::vector<Tensor> values(in.begin(), in.end());
  const auto fetch = [&](const Calls::Source& source) {
    if (source.value < 0) return source.constant;
    Tensor& value = values[static_cast<std::size_t>(source.value)];
    return source.last_use ? std::move(value) : value;
  };
  for (const Calls::Call& call : calls_->calls) {
    std::vector<Tensor> arguments;
    for (const Calls::Source& source : call.in) arguments.push_back(fetch(source));
    for (Tensor& result : call_all(call.op, std::move(arguments), call.params, where)) values.push_back(std::move(result));
  }
  std::vector<Tensor> results;
  for (const Calls::Source& source : calls_->results) results.push_back(fetch(source));
  return results;
}

void save_tape(const std::string& path, const Tape& tape, std::span<const Tensor> results, std::source_location where) {
  const Record& record = tape.record();
  if (record.purpose != Purpose::program)
    throw TapeError("save_tape: the tape is not a program tape, and does not hold every call; open it as Tape(Purpose::program)", where);
  for (std::size_t k = 0; k < results.size(); ++k)
    if (results[k].absent()) throw ValueError("save_tape: result " + std::to_string(k) + " is absent; leave it out", where);
  Writer writer(record);
  const std::string calls = writer.calls(results).dump();
  data::write_safetensors(path, writer.take_constants(), {{kKey, calls}});
}

LoadedTape load_tape(const std::string& path) {
  const std::string who = "load_tape: '" + path + "'";
  data::Safetensors file = data::read_safetensors(path);
  const auto found = file.metadata.find(kKey);
  if (found == file.metadata.end()) throw FormatError(who + " holds no tape; save_tape writes one into the metadata, as descent.tape");
  const std::string text = found->second;
  try {
    return LoadedTape(std::make_shared<const LoadedTape::Calls>(Reader(who, std::move(file)).calls(json::parse(text))));
  } catch (const json::exception& error) {
    throw FormatError(who + ": descent.tape is not what save_tape writes: " + error.what());
  } catch (const ShapeError& error) { throw FormatError(who + ": descent.tape states an impossible shape: " + error.sentence()); }
}

}  // namespace descent::inline v1

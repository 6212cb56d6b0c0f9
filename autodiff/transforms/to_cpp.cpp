#include <descent/autodiff/transforms/to_cpp.hpp>

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tape/record.hpp>
#include <descent/autodiff/transforms/cpp_loops.hpp>

namespace descent::inline v1::detail {
namespace {

bool is_identifier(std::string_view text) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits) && std::isdigit(static_cast<unsigned char>(text[0])) == 0;
}

/// "layers.0.bias" -> "layers_0_bias"; a tensor by itself is x.
std::string argument_name(std::string_view path) {
  std::string name(path);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name.empty() ? "x" : is_identifier(name) ? name : "x_" + name;
}

class CppFile {
 public:
  CppFile(const Record& record, std::vector<std::string> arguments) : record_(record), arguments_(std::move(arguments)) {}

  std::string text(const std::vector<Tensor>& results, std::string_view name) {
    needed_ = record_.needed_for(results);  // entries none of whose results is used are left out
    known_.assign(record_.values(), Tensor());
    std::string body;
    for (const Entry* entry : record_.entries())
      if (needed_[entry->first_out] != 0) body += statements(*entry);
    const CppArray cost = array_of(results[0]);
    std::string slopes, parameters;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const Abstract& like = record_.like(static_cast<std::uint32_t>(i));
      slopes += cpp_copy({"d_" + arguments_[i], like}, array_of(results[i + 1]));
      parameters += fmt::format("{}{}const {}* {}", i == 0 ? "" : ", ", needed_[i] != 0 ? "" : "[[maybe_unused]] ", cpp_type(like.dtype),
                                arguments_[i]);
    }
    for (std::size_t i = 0; i < arguments_.size(); ++i)
      parameters += fmt::format(", {}* d_{}", cpp_type(record_.like(static_cast<std::uint32_t>(i)).dtype), arguments_[i]);
    std::string shapes;
    for (std::size_t i = 0; i < arguments_.size(); ++i)
      shapes += fmt::format("//   {}: {}\n", arguments_[i], to_string(record_.like(static_cast<std::uint32_t>(i))));
    return fmt::format(
        "// {0}: a cost and its gradient, written by descent. Arrays are row-major; each d_ array is overwritten.\n{1}#include <cmath>\n\n"
        "namespace {{\n\n{2}\n}}  // namespace\n\n{3} {0}({4}) {{\n{5}{6}  return {7}[0];\n}}\n",
        name, shapes, declarations(body + slopes + cost.name + "["), cpp_type(cost.like.dtype), parameters, body, slopes, cost.name);
  }

 private:
  std::string statements(const Entry& entry) {
    CppCall call{*entry.op, entry.params(), {}, constants_of(entry), {}};
    if (std::all_of(call.constants.begin(), call.constants.end(), [](const Tensor& x) { return x.present(); })) {
      compute(entry, call.constants);
      return "";
    }
    const std::span<const std::uint32_t> slots = entry.in();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const Tensor& constant = call.constants[i];
      call.in.push_back(constant.present() ? constant_array(constant) : CppArray{name_of_slot(slots[i]), record_.like(slots[i])});
    }
    for (std::uint32_t k = 0; k < entry.outputs; ++k) {
      const Abstract& like = record_.like(entry.first_out + k);
      call.out.push_back({name_of_slot(entry.first_out + k), like});
      declare(call.out.back(), "");
    }
    return fmt::format("  // {}\n", entry.op->name) + cpp_statements(call, [this](const Abstract& like, const Tensor& constant) {
             if (constant.present()) return constant_array(constant).name;
             const CppArray array{fmt::format("t{}", temporaries_++), like};
             declare(array, "");
             return array.name;
           });
  }

  /// By input; absent where it depends on an argument.
  std::vector<Tensor> constants_of(const Entry& entry) const {
    std::vector<Tensor> constants;
    const std::span<const std::uint32_t> slots = entry.in();
    for (std::size_t i = 0; i < slots.size(); ++i)
      constants.push_back((slots[i] & Entry::constant) != 0 ? entry.kept_in()[i] : known_[slots[i]]);
    return constants;
  }
  /// What depends on no argument is a constant too.
  void compute(const Entry& entry, std::vector<Tensor> in) {
    std::vector<Tensor> out(entry.outputs);
    execute(*entry.op, entry.params(), in, out, entry.where);
    std::move(out.begin(), out.end(), known_.begin() + entry.first_out);
  }

  std::string name_of_slot(std::uint32_t slot) const {
    return slot < arguments_.size() ? arguments_[slot] : fmt::format("v{}", slot - arguments_.size());
  }
  CppArray array_of(const Tensor& x) {
    std::uint32_t slot = 0;
    if (!record_.find(x, slot)) return constant_array(x);
    return known_[slot].present() ? constant_array(known_[slot]) : CppArray{name_of_slot(slot), abstract_of(x)};
  }
  CppArray constant_array(const Tensor& x) {
    const auto [found, fresh] = constants_.emplace(x.node(), CppArray{fmt::format("c{}", constants_.size()), abstract_of(x)});
    if (fresh) declare(found->second, cpp_numbers(x)), kept_.push_back(x);
    return found->second;
  }
  void declare(const CppArray& array, const std::string& values) {
    declarations_.push_back(
        {array.name + "[", fmt::format("{}{} {}[{}]{};  // {}\n", values.empty() ? "" : "const ", cpp_type(array.like.dtype), array.name,
                                       std::max<Index>(1, array.like.shape.numel()), values.empty() ? "" : " = {" + values + "}",
                                       to_string(array.like.shape))});
  }
  /// Those that the statements use: what a loop has written into it needs no table.
  std::string declarations(const std::string& statements) const {
    std::string text;
    for (const Declaration& one : declarations_)
      if (statements.find(one.use) != std::string::npos) text += one.text;
    return text;
  }

  const Record& record_;
  std::vector<std::string> arguments_;
  std::vector<std::uint8_t> needed_;  // by slot
  std::vector<Tensor> known_;         // by slot: values that depend on no argument
  struct Declaration {
    std::string use;  // how a statement reads or writes it
    std::string text;
  };
  std::vector<Declaration> declarations_;
  std::map<const void*, CppArray> constants_;
  std::vector<Tensor> kept_;  // so that no node's place is used twice
  int temporaries_ = 0;
};

}  // namespace

std::string written_in_cpp(const std::function<Leaves(const Leaves&)>& both, const Leaves& at, const std::vector<std::string>& names,
                           std::string_view name, std::source_location where) {
  if (!is_identifier(name))
    throw ValueError(fmt::format("to_cpp: '{}' is no name of a C++ function; use letters, digits and _, not a digit first", name), where);
  const Seal unseen;
  Record record(Purpose::program);
  Leaves inputs;
  std::vector<std::string> arguments;
  for (const Tensor& x : at) inputs.push_back(record.watch(unrecorded(x)));
  for (const std::string& path : names) arguments.push_back(argument_name(path));
  const Leaves results = both(inputs);
  record.stop();
  return CppFile(record, arguments).text(results, name);
}

}  // namespace descent::inline v1::detail

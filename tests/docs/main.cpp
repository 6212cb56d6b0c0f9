// docs/ops.md and docs/edges.md, from what the ops declare: `docs ROOT` writes them, `docs --check ROOT` fails where they are not current.
// The contracts come from the menus (the headers of autodiff/ops), the derivatives from the first comment of each op's file, the values and
// subgradients at kinks and poles from the ops themselves, run at the points that they list with a reason.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/ops/all.hpp>
#include <descent/autodiff/tape/params.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/transforms/op_check/trial.hpp>

namespace {

using namespace descent;
namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// What a header says of a function.
struct Contract {
  std::string signature, text;
};

/// Every function that a menu declares, by name. A comment holds for the declarations that follow it, up to an empty line.
void read_menu(const fs::path& path, std::map<std::string, Contract>& contracts) {
  static const std::regex declaration(R"(^(?:Tensor|ValuesAndIndices|[A-Za-z:<>]+) ([a-z_0-9]+)\(.*)");
  std::string comment;
  bool fresh = true;  // the comment goes on
  const std::vector<std::string> lines = lines_of(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.empty()) {
      comment.clear();
    } else if (line.starts_with("///")) {
      if (!fresh) comment.clear();
      fresh = true;
      comment += trimmed(line.substr(3)) + '\n';
    } else if (std::smatch found; std::regex_match(line, found, declaration)) {
      fresh = false;
      std::string whole = line;
      while (whole.find(';') == std::string::npos && i + 1 < lines.size()) whole += ' ' + trimmed(lines[++i]);
      const std::size_t end = whole.find(';');
      const std::size_t beside = whole.find("///<", end);
      std::string text = comment;
      if (beside != std::string::npos) text += trimmed(whole.substr(beside + 4)) + '\n';
      Contract& contract = contracts[found[1]];
      if (!contract.signature.empty()) contract.signature += '\n';
      contract.signature += whole.substr(0, end + 1);
      if (contract.text.find(text) == std::string::npos) contract.text += text;
    }
  }
}

/// The first comment of the file that defines each op.
struct Definition {
  std::string file, derivative;
};
std::map<std::string, Definition> definitions(const fs::path& root) {
  static const std::regex defines(R"(^constinit const Op ([a-z_0-9]+)_op = make_op<.*)");
  std::map<std::string, Definition> all;
  for (const auto& entry : fs::directory_iterator(root / "autodiff/ops")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::vector<std::string> lines = lines_of(entry.path());
    std::string comment;
    for (std::size_t i = 0; i < lines.size() && lines[i].starts_with("//"); ++i) comment += trimmed(lines[i].substr(2)) + '\n';
    for (const std::string& line : lines)
      if (std::smatch found; std::regex_match(line, found, defines)) all[found[1]] = {entry.path().filename(), comment};
  }
  return all;
}

std::string quoted(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) result += (line.empty() ? ">" : "> " + line) + '\n';
  return result;
}

/// For a cell of a table.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string kind_of(const Op& op) {
  switch (op.kind) {
    case Kind::pointwise: return "pointwise";
    case Kind::linear: return "linear";
    case Kind::bilinear: return "bilinear";
    case Kind::general: break;
  }
  return "general";
}

std::string params_of(const Op& op, const void* params) {
  if (op.params.size == 0) return {};
  NamedParams named;
  op.params.list(params, named);
  return to_string(named);
}

/// Elements without brackets' spaces and kinds: "[0, 1]".
std::string numbers(const Tensor& x) {
  if (x.absent()) return "none";
  std::string text;
  for (const double value : x.to_vector<double>())
    text += (text.empty() ? "" : ", ") + (std::isnan(value)   ? "nan"
                                          : std::isinf(value) ? (value < 0 ? "-inf" : "inf")
                                                              : fmt::format("{:g}", value));
  return '[' + text + ']';
}

/// A row of the table of edges: the point, the value and the gradient of its sum.
std::string edge_row(const Op& op, const Sample& sample) {
  const op_check::Trial trial = op_check::make_trial(op, sample, f64);
  std::string in, slopes;
  for (const Tensor& x : trial.in) in += (in.empty() ? "" : "; ") + numbers(x);
  const op_check::Tensors out = op_check::call(trial);
  op_check::Tensors ones(out.size());
  for (std::size_t k = 0; k < out.size(); ++k)
    if (is_floating(out[k].dtype())) ones[k] = ones_like(out[k]);
  const op_check::Tensors slope = op_check::pull(trial, trial.in, ones);
  for (std::size_t i = 0; i < slope.size(); ++i) slopes += (i == 0 ? "" : "; ") + numbers(slope[i]);
  const std::string params = params_of(op, sample.params.get());
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", op.name, params, in, numbers(out[0]), slopes, escaped(sample.why));
}

std::string edges() {
  std::string text =
      "# Edges\n\n"
      "Every kink and pole that an op declares, with its value there, the gradient of the sum of its values, and why. Made by\n"
      "`bin/docs`; a test fails where it is not current. The rules behind it: the subgradient of least norm; ties share\n"
      "evenly in max and min, with or without axes; only what returns or picks an index (max_with_index, argsort and what is\n"
      "made of it, max_pool) takes the first; a zero cotangent absorbs whatever it meets, at any order.\n\n"
      "| op | parameters | inputs | value | gradient by input | why |\n|---|---|---|---|---|---|\n";
  for (const Op* op : all_ops())
    for (const Sample& sample : op->samples())
      if (!sample.why.empty()) text += edge_row(*op, sample);
  return text;
}

std::string reference(const fs::path& root) {
  std::map<std::string, Contract> contracts;
  for (const auto& entry : fs::directory_iterator(root / "autodiff/ops"))
    if (entry.path().extension() == ".hpp") read_menu(entry.path(), contracts);
  const std::map<std::string, Definition> defined = definitions(root);
  std::string text = fmt::format(
      "# Ops\n\n"
      "The {} primitives: contract (with errors, edges and sources where there are any), kind, what a reverse tape keeps, and derivative.\n"
      "Made by `bin/docs` from the menus in autodiff/ops and the op files; a test fails where it is not current. Kinks and poles:\n"
      "[edges.md](edges.md).\n"
      "Compositions are in the headers of autodiff/functions.\n",
      all_ops().size());
  for (const Op* op : all_ops()) {
    const std::string name(op->name);
    const Contract& contract = contracts[name];
    const auto found = defined.find(name);
    std::string keeps;
    if (op->keep.inputs != 0) keeps = "inputs";
    if (op->keep.output) keeps += keeps.empty() ? "output" : " and output";
    text += fmt::format("\n## {}\n\n```cpp\n{}\n```\n\n{}\n", name, contract.signature, quoted(contract.text));
    text += fmt::format("{}, keeps {}.", kind_of(*op), keeps.empty() ? "nothing" : keeps);
    if (found != defined.end())
      text += fmt::format(" [{0}](../autodiff/ops/{0}):\n\n{1}", found->second.file, quoted(found->second.derivative));
    else text += '\n';
  }
  return text;
}

bool current(const fs::path& path, const std::string& wanted) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text == wanted) return true;
  std::cerr << "docs: " << path.filename().string() << " is not what the ops declare now; run bin/docs in the tree's root\n";
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::cerr << "usage: docs [--check] ROOT\n";
    return 2;
  }
  const fs::path root = argv[argc - 1];
  const std::map<std::string, std::string> files{{"ops.md", reference(root)}, {"edges.md", edges()}};
  bool fine = true;
  for (const auto& [name, text] : files) {
    if (check) fine = current(root / "docs" / name, text) && fine;
    else std::ofstream(root / "docs" / name) << text;
  }
  return fine ? 0 : 1;
}

// Every file of the collection of malformed and edge files in the formats that are read here gets the verdict its manifest states.
#include <nlohmann/json.hpp>

#include <descent/data/csv.hpp>
#include <descent/data/idx.hpp>
#include <descent/data/safetensors.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr Index kMaxBytes = 1 << 20;  // of tensors: the manifest's "1 MiB"

std::vector<nlohmann::json> files_of(const std::string& format) {
  const auto manifest = shared() / "bad_inputs" / "manifest.json";
  std::vector<nlohmann::json> files;
  if (!std::filesystem::exists(manifest)) {
    WARN("skipped: there is no " << manifest);
    return files;
  }
  const auto parsed = nlohmann::json::parse(slurp(manifest));
  for (const auto& entry : parsed["files"])
    if (entry["fmt"] == format) files.push_back(entry);
  REQUIRE(files.size() > 10);
  return files;
}

/// "accept", or "reject" for a typed error that names the file.
template <class Read> std::string verdict(const std::string& path, Read read) {
  storage::reset_peak_bytes();
  const Index before = storage::live_bytes();
  std::string verdict = "accept";
  try {
    read(path);
  } catch (const FormatError& error) {
    CHECK(error.sentence().find(path) != std::string::npos);
    verdict = "reject";
  }
  CHECK(storage::peak_bytes() - before <= kMaxBytes);
  return verdict;
}

}  // namespace

TEST_CASE("bad inputs: safetensors", "[data][bad_inputs]") {
  for (const auto& entry : files_of("safetensors")) {
    const auto path = (shared() / "bad_inputs" / "safetensors" / entry["file"].get<std::string>()).string();
    CAPTURE(path);
    CHECK(verdict(path, [](const auto& p) { data::read_safetensors(p); }) == entry["ours"].get<std::string>());
  }
}

TEST_CASE("bad inputs: IDX", "[data][bad_inputs]") {
  for (const auto& entry : files_of("idx")) {
    const auto path = (shared() / "bad_inputs" / "idx" / entry["file"].get<std::string>()).string();
    CAPTURE(path);
    CHECK(verdict(path, [](const auto& p) { data::read_idx(p); }) == entry["ours"].get<std::string>());
  }
}

TEST_CASE("bad inputs: CSV", "[data][bad_inputs]") {
  for (const auto& entry : files_of("csv")) {
    const auto path = (shared() / "bad_inputs" / "csv" / entry["file"].get<std::string>()).string();
    const auto wanted = entry["ours"].get<std::string>();
    CAPTURE(path);
    // What a column holds is decided when it is asked for: the files about numbers are asked for numbers.
    const bool about_numbers = entry["file"].get<std::string>().starts_with("num_");
    const auto read = [&](const data::CsvOptions& options) {
      return verdict(path, [&](const auto& p) {
        const data::Table table = data::read_csv(p, options);
        if (about_numbers) table.numbers(f64);
        if (wanted == "reject_int") table.numbers(i64);
      });
    };
    if (wanted == "accept_opt") {
      CHECK(read({}) == "reject");
      CHECK(read({.missing_as_nan = true, .non_finite = true}) == "accept");
    } else {
      CHECK(read({}) == wanted.substr(0, 6));
    }
  }
}

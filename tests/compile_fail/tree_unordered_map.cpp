// expect: tree: an unordered container has no stable order of leaves
#include <string>
#include <unordered_map>

#include <descent/autodiff/tree/tree.hpp>

struct Model {
  std::unordered_map<std::string, descent::Tensor> weights;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }

// expect: list its fields in one line: static void fields(auto& self, auto&& visit)
#include <descent/autodiff/tree/tree.hpp>

class Model {
 public:
  descent::Tensor weight;

 private:
  descent::Tensor hidden_;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }

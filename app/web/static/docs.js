"use strict";

// Swagger UI has no translation of its own. These are its fixed labels; whatever is not listed here
// (paths, field names, our own Chinese texts) stays as it is.
const LABELS = new Map([
  ["Authorize", "填写令牌"],
  ["Available authorizations", "认证方式"],
  ["Logout", "清除令牌"],
  ["Close", "关闭"],
  ["Value:", "值："],
  ["Parameters", "参数"],
  ["No parameters", "没有参数"],
  ["Name", "名称"],
  ["Description", "说明"],
  ["Try it out", "试一试"],
  ["Cancel", "取消"],
  ["Reset", "重置"],
  ["Execute", "发送请求"],
  ["Clear", "清除"],
  ["Responses", "响应"],
  ["Response", "响应"],
  ["Server response", "服务器响应"],
  ["Request URL", "请求地址"],
  ["Request body", "请求体"],
  ["Response body", "响应正文"],
  ["Response headers", "响应头"],
  ["Request duration", "耗时"],
  ["Code", "状态码"],
  ["Details", "详情"],
  ["Links", "链接"],
  ["No links", "没有链接"],
  ["Media type", "媒体类型"],
  ["Controls", "决定"],
  ["header.", "头。"],
  ["Example Value", "示例"],
  ["Schema", "结构"],
  ["Schemas", "数据结构"],
  ["Edit Value", "编辑"],
  ["Examples", "示例"],
  ["Download", "下载"],
  ["required", "必填"],
  ["Loading", "加载中"],
  ["Expand all", "全部展开"],
  ["Collapse all", "全部收起"],
  ["Send empty value", "发送空值"],
  ["Undocumented", "未说明"],
  ["Default value", "默认值"],
  ["Failed to load API definition.", "接口描述加载失败。"],
]);

function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const label = LABELS.get(node.nodeValue.trim());
    if (label !== undefined && !node.parentElement.closest("pre, code, textarea")) {
      node.nodeValue = label;
    }
  }
  root.querySelector(".operation-filter-input")?.setAttribute("placeholder", "按分组或路径筛选");
}

function start() {
  const page = document.getElementById("swagger-ui");
  new MutationObserver(() => translate(page)).observe(page, {
    childList: true,
    characterData: true,
    subtree: true,
  });
  SwaggerUIBundle({
    url: page.dataset.openapi,
    domNode: page,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    validatorUrl: null,
    persistAuthorization: false,
  });
}

start();

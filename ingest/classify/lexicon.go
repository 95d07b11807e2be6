package classify

import (
	"strings"
	"sync"
)

// group is the part a term plays in the rules. A term may play several.
type group uint8

const (
	// Marks of the text's shape.
	gClause  group = iota // ends a clause
	gSegment              // ends a segment of a clause
	gItem                 // ends a clause when it stands behind the number of an item
	gForbid               // 杜绝, 防止: what follows is the behaviour, feared or forbidden
	gMeasure              // 加强, 健全: opens a measure, which is no behaviour
	gAbsent               // 未发现: what follows in the segment did not happen

	// Layers.
	gLeadership
	gMiddle
	gOther

	// Heads: what a defect is a defect of.
	hMeeting  // the collective decision
	hRule     // a rule as subject
	hControl  // a control step
	hResource // funds, resources, assets
	hPower    // a public power
	hService  // service, attitude, discipline

	// Defects.
	dUndone  // not carried out
	dMissing // absent
	dLack    // 缺少: the head follows
	dLag     // outdated, late
	dClash   // in conflict
	dVague   // unclear
	dWeak    // weak, in disorder

	// Halves of pairs.
	pNot     // 未经, 不经: the meeting follows
	pOutside // people served, supervised or selling
	pInside  // subordinates and colleagues
	pFavour  // gifts, meals, money, intercession
	pGift    // the part of favours that also comes from inside
	pSource  // where the notice has post risks come from
	pFact    // a concrete finding
	pAbuse   // how a power is abused
	pSolo    // one person decides
	pEnforce // licensing and enforcement, whose decisions are powers
	pPublic  // 公款
	pTreat   // what public money must not be spent on

	// Phrases that speak for a category by themselves.
	cDecision
	cDecisionTopic
	cDecisionWeak
	cConduct
	cConductNotice
	cConductWeak
	cPower
	cPowerNotice
	cPowerWeak
	cPost
	cPostWeak
	cInstitution
	cMechanism
	cMechanismWeak
	cExternal
	cExternalNotice
	cExternalWeak

	// Signals only.
	iYes // concerns integrity whatever the category
	iNo  // the matter of a plain service complaint or a question

	groupCount
)

// groups is a set of group.
type groups uint64

func (g groups) has(x group) bool { return g&(1<<x) != 0 }

func setOf(gs ...group) groups {
	var s groups
	for _, g := range gs {
		s |= 1 << g
	}
	return s
}

// lexicon lists the terms, split at white space, with the groups they belong to. A term
// that stands in several entries belongs to the groups of all of them. A hit inside a
// longer hit does not count, so a longer term names every group it is to keep.
var lexicon = []struct {
	words  string
	groups groups
}{
	{"； ; 。 ！ ! ？ ? ① ② ③ ④ ⑤ ⑥ ⑦ ⑧ ⑨ ⑩ ⑴ ⑵ ⑶ ⑷ ⑸ ⑹ ●", setOf(gClause)},
	{"， , ： :", setOf(gSegment)},
	{". ． 、 ) ）", setOf(gItem)},

	{"杜绝 防止 防范 避免 严禁 禁止 不得 不准 谨防 预防 克服 坚决不 不允许", setOf(gForbid)},
	{"加强 健全 完善 强化 规范 严格 严格执行 严格落实 严格遵守 认真 认真落实 落实 确保 坚持 提高 提升 做好 推进 推动 " +
		"优化 建立 建立健全 定期 按照 按时 依法 深化 贯彻 明确 切实 负责 协助 开展 遵守", setOf(gMeasure)},
	{"未发现 没有发现 暂无 不存在 未出现 没有出现 未发生 没有发生 从未 未收受 没有收受 未接受 拒收 拒绝 拒不接受 主动上交 退回", setOf(gAbsent)},

	// Layers.
	{"班子 班子成员 领导班子 主要负责人 主要领导 院长 副院长 院领导 委领导 局领导 书记 副书记 党委书记 分管领导 责任领导 一把手 领导干部 单位负责人 单位领导 " +
		"局长 副局长 站长 副站长 所长 副所长 中心主任 委主任 委副主任 局党委 党委委员 党组成员 校长", setOf(gLeadership)},
	{"科主任 副科主任 科室主任 室主任 办公室主任 处主任 部主任 处长 副处长 科长 副科长 部长 护士长 总护士长 科室负责人 部门负责人 处室负责人 科负责人 " +
		"中层干部 中层 审核环节 审核岗 课题负责人 项目负责人 课题组长 学科带头人 支部书记 党支部书记 团委书记", setOf(gMiddle)},
	{"经办 经办人 经办人员 收费 收费员 收费窗口 收费人员 库管 库管员 保管员 仓管员 采购员 采购人员 监督员 执法人员 窗口 窗口人员 医师 医生 临床医生 护士 " +
		"出纳 会计 药师 药房人员 检验人员 检验员 司机 驾驶员 审批人员 办事员 科员 导医 技师 主任医师 副主任医师 主治医师 医务人员 护理人员 一线人员 " +
		"工作人员 一般岗位 普通岗位 验收员 挂号员 档案员 档案管理员 信息员", setOf(gOther)},

	// Decision.
	{"三重一大", setOf(hMeeting, cDecision, gLeadership)},
	{"党委会 党委会议 党组会 党组会议 办公会 办公会议 院长办公会 主任办公会 班子会 领导班子会 领导班子会议 院务会 站务会 所务会 委务会 局务会 党政联席会", setOf(hMeeting, cDecisionTopic, gLeadership)},
	{"职代会 议事规则 民主集中制 集体决策 集体研究 集体讨论 集体审议 集体决定 民主决策 科学决策 决策程序 重大决策 重大事项 会议纪要 会议记录 决策 集体领导 会议研究 " +
		"会议讨论 药事会 药事管理委员会 集体商议 民主程序", setOf(hMeeting, cDecisionTopic)},
	{"未经 未上 未提交 未履行 未通过 不经 没有经过 没经 未经过 不经过 未召开 不召开 未按规定程序 不按程序 规避 绕开 绕过 避开 代替 取代 替代 不执行 不上 不通过", setOf(pNot)},
	{"未经集体 未经集体研究 未经集体讨论 不经集体研究 未集体研究 未集体讨论 未经班子 未经领导班子 未经班子集体 未上会 不上会 没有上会 没上会 应上会未上会 未经会议 " +
		"少数人决定 少数人说了算 少数人商量 小范围研究 先定后议 先斩后奏 事后补会议 补会议纪要 补签会议纪要 会议纪要事后 独断专行 独断 专断 一言堂 家长制 拍板 拍脑袋 " +
		"说了算 个人说了算 一人说了算 一个人说了算 擅自决定 擅自签订 擅自批准 擅自同意 擅自做主 擅自作主 擅自改变 擅自采购 个人决策 个人拍板 个人定 一支笔 " +
		"定调 定调子 先定调 首先表态 率先表态 先表态 临时动议 定盘子 口头决定 口头同意 个人意志 凌驾于组织 凌驾于集体 盲目决策 决策失误 决策不科学 决策随意 违规决策 盲目上马 盲目投资 " +
		"盲目上项目 盲目引进 议而不决 决而不行 酝酿不充分 未充分酝酿 讨论不充分 未充分讨论 未民主决策 ", setOf(cDecision)},
	{"个人决定 个人签批 领导签批 个人审批 个人同意 个人确定 单独决定 一人审批 一人决定 自行决定 个人指定 领导指定", setOf(pSolo)},
	{"重大项目 大额资金 大额支出 重大投资 人事任免 干部任免 未充分论证 论证不充分 未经论证 未作论证 未论证 缺乏论证 未经专家论证 未作可行性论证 可行性论证 " +
		"不听取意见 不调查研究 投资失误 干部任用 立项 对外投资 擅自", setOf(cDecisionWeak)},

	// Conduct.
	{"八项规定 中央八项规定 四风 形式主义 官僚主义 享乐主义 奢靡之风 奢靡", setOf(cConductNotice)},
	{"超标接待 超标准接待 接待超标 超标准用餐 公款吃喝 大吃大喝 公款旅游 公款宴请 公款送礼 公款购买 违规发放 滥发 乱发 津贴补贴 津补贴 滥发补贴 发放补贴 办公用房 婚丧喜庆 " +
		"大操大办 借机敛财 升学宴 谢师宴 生日宴 推诿 推诿扯皮 扯皮 推来推去 踢皮球 互相推诿 吃拿卡要 门难进 脸难看 事难办 生冷硬 生冷硬顶 冷硬横推 生硬 冷漠 不耐烦 蛮横 恶劣 " +
		"走马观花 蜻蜓点水 文山会海 会议多 文件多 以文件落实 以会议落实 层层陪同 陪同 作风漂浮 作风不实 作风问题 庸懒散 慵懒 懒政 怠政 不作为 慢作为 乱作为 不担当 缺乏担当 担当不足 " +
		"阳奉阴违 做选择 数字游戏 突击补 应付检查 应付了事 敷衍 敷衍了事 迟到早退 迟到 早退 脱岗 离岗 擅离职守 串岗 空岗 漏岗 玩手机 炒股 玩游戏 打游戏 打牌 打麻将 网上购物 饮酒 酒后 酗酒 " +
		"公车私用 私车公养 违规用车 铺张浪费 讲排场 豪华 超标准装修 头等舱 高消费 私人会所 绕道 借机旅游 借机游玩 游玩 游山玩水 节礼 贺卡 烟花 久拖不办 久拖不决 拖拉 拖沓 拖拖拉拉 " +
		"脱离群众 漠视群众 来回跑 跑多次 不闻不问 好人主义 老好人 特权思想 辱骂 打骂 骂人 爱理不理 爱答不理 服务意识差 服务意识不强 服务意识淡薄 基层负担 疲于迎检 过多过滥 过度留痕 " +
		"重留痕 留痕重于 调门高 工作漂浮 浮于表面 责任心不强 责任心差 工作松懈 纪律松散 纪律松弛 虚报政绩 面子工程 政绩工程 公款娱乐 超标准配备 超标配备 超标准 超范围接待 只听汇报 " +
		"不深入 态度差 态度不好 态度恶劣 态度生硬 态度蛮横 态度冷淡 态度傲慢 傲慢 冷嘲热讽 训斥 呵斥 大声吼 挂断电话 不理不睬", setOf(cConduct)},
	{"公务接待 接待 公务用车 公车 出差 用餐 培训费 会议费 节日补助 巧立名目 态度 作风 走过场 弄虚作假 效率低 效率低下 效率不高 土特产 值班 懒散 浪费 工会经费 打折扣 松懈 懈怠 拖延 消极", setOf(cConductWeak)},
	{"公款", setOf(pPublic)},
	{"宴请 旅游 购买 送礼 聚餐 吃喝 娱乐 健身 消费 高尔夫", setOf(pTreat)},
	{"服务 态度 纪律 作风 医德医风 行风 值守 劳动纪律 工作纪律 考勤", setOf(hService)},
	{"下属 下属单位 下级 下级单位 同事 部下 基层单位 科室人员 本单位人员 职工", setOf(pInside)},

	// Power.
	{"自由裁量 自由裁量权 裁量权", setOf(cPowerNotice, hPower)},
	{"同案不同罚 选择性执法 优亲厚友 徇私 徇情 徇私舞弊 徇私枉法 权力寻租 寻租 暗箱操作 任人唯亲 任人唯利 因人设岗 因人设置 萝卜招聘 量身定做 量身定制 量身 倾向性条款 排斥潜在 排斥其他 " +
		"人情分 打招呼 递条子 泄题 透题 漏题 内定 畸轻畸重 过罚不当 执法不公 执法随意 宽严不一 尺度不一 标准不一 时宽时严 可松可紧 松紧不一 设置障碍 设置门槛 人为设置 故意拖延 故意刁难 刁难 " +
		"网开一面 从轻处理 从轻处罚 降低处罚 减轻处罚 减免罚款 以罚代管 以罚代刑 以罚代 压案不查 有案不移 有案不查 违规撤案 不立案 立案不查 执法不严 违法不究 关系户 走后门 " +
		"人情案 关系案 讲人情 凭关系 靠关系 个人好恶 掺杂个人 打分不公 评分不公 打分偏高 打高分 有失公正 有失公平 违规干预 插手 干预招投标 放水 开绿灯 放宽 降低标准 降低门槛 " +
		"降低条件 自行掌握 自由掌握 拉票 跑官要官 买官卖官 带病提拔 优先收治 优先安排 优先照顾 插队 人为操控 人为操作 人为干预 权力过大 权力过于集中 权力集中 滥用职权 滥用权力 越权 超越权限 " +
		"以权谋私 以权压人 擅权 利用职权 利用手中权力 利用权力 利用影响 利用职务便利 利用职务之便 黑幕 内部操作 黑箱 授意", setOf(cPower)},
	{"人情 自行把握 不公平 不公正 不公 不公开公平 照顾 熟人 倾向 倾斜 碍于情面 裙带 亲疏", setOf(cPowerWeak, pAbuse)},
	{"随意 随意性 任意 不一 关系 亲友 亲属 子女 泄露 暗示 操控 不公开 不透明 违规 酌情 掌握 把握 变通 从轻 从宽 从重 回避 不回避 未回避 拖着 拖着不办 拖延 卡压 偏向 偏袒 超期 徇私 " +
		"自行确定 好处 谋取 谋利 指定 特定 提前泄露 人为 过大 感情 ", setOf(pAbuse)},
	{"处罚 行政处罚 罚款 许可 行政许可 行政审批 执法 裁量 立案 案件 校验 注册 监督抽检 抽检 卫生许可 执业", setOf(pEnforce)},
	{"处罚 行政处罚 罚款 许可 行政许可 审批 行政审批 执法 准入 评审 招录 招聘 公开招聘 录用 名额 打分 评分 面试 裁量 立案 案件 校验 注册 鉴定 评优 评优评先 评先 评先评优 晋升 聘任 竞聘 " +
		"床位 资格认定 认定 发证 评标 评委 评标专家 抽检 监督抽检 减免 职称 职称评审 选拔 考察 任用 推荐 选人用人 备案 受理 招标文件 招标 招投标 资格审查 资质 核准 分配 评定 提拔 " +
		"考试 选派 进修 评审专家 评选 证明 卫生许可 执业 等级评审 手术排期", setOf(hPower)},

	// Post.
	{"多收 乱收 乱收费 多收费 加收 多计 多记 重复收费 超标准收费 分解收费 自立项目 搭车收费 违规收费 不合理收费 不入账 未入账 私自收取 私收 私自收费 截留 挪用 侵占 侵吞 贪污 坐支 公款私存 虚记 虚报 " +
		"虚列 虚开 虚增 虚构 虚计 虚假 冒领 冒名 冒名顶替 套取 骗取 套现 骗保 假发票 假票据 假病历 假处方 伪造 篡改 涂改 造假 串换 分解住院 挂床 挂床住院 大处方 过度检查 过度诊疗 过度医疗 过度用药 " +
		"诱导住院 小病大治 账实不符 账物不符 账账不符 账款不符 账目不符 短款 白条 小金库 账外账 账外资金 倒卖 监守自盗 盗窃 盗取 偷拿 私拿 私分 私吞 中饱私囊 以少报多 少交 重复报销 重复领取 " +
		"吃空饷 代刷卡 统方 泄露患者 贩卖信息 出售信息 调换 掉包 变卖 收费不开票 不开发票 空白支票 修改数据 强制消费 强制检查 乱开药 乱开检查 高价药 私自为他人 私自减免 " +
		"虚报冒领 虚开发票 私自将 私自出售 擅自收费", setOf(cPost)},
	{"私自 收取费用 现金 押金 退费 岗位之便 工作之便 职务之便 违规操作 违规使用 过期 报销不实 不实 代签 代填", setOf(cPostWeak)},
	{"投诉 信访 举报 群众反映 群众举报 热线 巡察 巡察反馈 巡视 巡视反馈 审计发现 审计指出 审计反馈 审计查出 检查发现 检查中发现 考核发现 督查发现 抽查发现 被查出 查出 飞行检查 飞检 " +
		"数据比对 比对发现 数据分析 数据显示 数据监测 大数据 反映 通报 暗访 问卷", setOf(pSource)},
	{"异常 偏高 偏低 不符 不一致 对不上 差异 超出 大于 高于 远大于 远高于 重复 仍在 占比 过高 长期挂账 逾期未 问题 缺页 短缺 出入 不真实 多次 反复 集中", setOf(pFact)},

	// Institution.
	{"制度 管理制度 办法 管理办法 细则 实施细则 规定 规程 操作规程 政策 流程 工作流程 准则 九项准则 条款 规范性文件 章程 规则 法规 法律法规 规章 文件 口径 基准 裁量基准 指南 手册 内控手册 标准 预案 责任制 " +
		"报销制度 轮岗制度 验收制度 采购制度 考核细则 考核办法 审批流程 审核制度 监督制度 公示制度 评审办法 分配办法 责任追究制度", setOf(hRule)},
	{"无章可循 无据可依 无法可依 制度空白 制度漏洞 制度缺失 政策空白 写在纸上 挂在墙上 束之高阁 照搬照抄 生搬硬套 无所适从 各行其是 各自为政 靠惯例 凭惯例 按惯例 规定打架 政出多门 有章不循 有令不行 " +
		"有禁不止 制度执行不到位 制度不落实 制度建设滞后 上位法", setOf(cInstitution)},

	// Mechanism.
	{"监管 监督 监督检查 审核 审查 验收 复核 跟踪 把关 核查 核对 核实 盘点 内审 内部审计 审计监督 评价 绩效评价 考核 评估 追踪 督促 督导 对账 交接 回收 公示 登记 留痕 台账 轮岗 监测 管控 内控 约束 制约 " +
		"采购 比价 询价 报销 报批 保管 结算 支付 拨付 付款 签证 监理 履约 环节 采购环节 日常管理 管理 履职 清点 论证 调查 权限 档案 记录 监控 法制审核 分离 衔接机制 机制 核销 审批监管 执法监管 " +
		"归口管理 质控 点评 处方点评 预警 申报 计费 发放 查验 维护 报废 处置 变更", setOf(hControl)},
	{"资金 专项资金 经费 科研经费 资产 固定资产 物资 设备 药品 耗材 高值耗材 试剂 库存 库房 基建 工程 房产 租金 账户 预算 结余 票据 捐赠 车辆 疫苗 血液 合同 印章 公章 应急物资 仓库 押金 医保基金 基金 " +
		"出租 房屋 医疗废物 麻精药品 麻醉药品 财务 项目资金 外包 外包服务 信息系统 食堂 废旧物资", setOf(hResource)},
	{"不相容 不相容职责 不相容岗位 未分离 岗位分离 职责分离 不轮岗 未轮岗 同一人 同一人经办 一人经办 一人兼任 一人操作 一人即可 由一人 一人负责 一手包办 包办 自批自用 自采自验 自采自用 自己审批 " +
		"只批不管 重审批轻监管 以批代管 监管盲区 监管真空 脱管 失管 失控 账卡物 无台账 不盘点 未盘点 只签字 不核对 未核对 不核实 未核实 未复核 未经复核 未经审核 未经验收 未验收 未审核 只走手续 " +
		"把关不严 以次充好 资产流失 国有资产流失 国有资产损失 资产闲置 重复购置 未清理 不清理 未及时清 缺乏监督 缺少监督 缺乏制约 监督制约 走样 偷工减料 无人监管 无人监督 无人复核 无人管理 无人核对 " +
		"无人过问 无人跟踪 无人盘点 无人督促 无人查看 监管不力 监管缺失 监管缺位 监管不到位 监管不严 疏于监管 疏于管理 审核不严 审查不严 验收不严 工程变更", setOf(cMechanism)},
	{"资金 设备 基建 物资 资产 不公开 不透明 未公开 未公示 超期 不按 未按 不按规定 未按规定 未按流程 浪费损失 损失 不合规 走过场 闲置", setOf(cMechanismWeak)},

	// External.
	{"围猎 被围猎 腐蚀拉拢", setOf(cExternalNotice, pFavour)},
	{"红包 收红包 索要红包 要红包 回扣 吃回扣 好处费 返点 返利 提成 商业贿赂 感谢费 介绍费 开单费 开单提成 辛苦费 茶水费 进场费 处方费 贿赂 行贿 受贿 索贿 利益输送 输送利益 钱权交易 权钱交易 医托 号贩子 号贩 黄牛 " +
		"围标 串标 围标串标 利益链 附加条件 附带条件", setOf(cExternal, pFavour)},
	{"供应商 药商 药企 厂家 厂商 设备厂家 生产企业 经销商 药品经销商 代理商 医药代表 药代 商家 企业 医药企业 公司 配送公司 配送企业 中介 中介机构 患者 家属 患者家属 病人 病人家属 服务对象 管理服务对象 管理对象 被监管 被监管单位 " +
		"被监督单位 监管对象 监督对象 受检单位 被检查单位 被检单位 被检查对象 检查对象 施工单位 施工方 建设方 承包商 承包方 承建商 投标人 投标单位 投标企业 老板 业主 社会人员 第三方 第三方机构 检测机构 合作方 医托 号贩子 号贩 黄牛 开发商 " +
		"捐赠方 捐赠企业 外部人员 利益相关 利害关系人 相对人 行政相对人 当事人 申请人 申办人 殡葬 殡仪 代办 退休领导 老领导 招标代理机构 招标代理 销售代表 销售人员 合作单位 民营医院 客商 家长 " +
		"对方 商贩 经营者 经营户 社会关系", setOf(pOutside)},
	{"拉拢 宴请 请吃 请吃请喝 吃请 请客 请客送礼 请吃饭 吃饭 送礼 好处 赞助 说情 干预 请托 勾结 勾连 分成 讲课费 旅游 娱乐 打点 疏通 疏通关系 托关系 找关系 托人 诱惑 腐蚀 打招呼 串通 私下接触 不正当往来 不正当交往 财物 有价证券 馈赠 " +
		"请求照顾 巴结 讨好 换取 不当利益 利益 接触 施压 学术旅游 贿 高额 塞钱 送钱 吃喝 关系密切 勾兑 公关", setOf(pFavour)},
	{"礼品 礼金 礼品礼金 礼物 购物卡 消费卡 土特产 礼卡 香烟 名酒 烟酒", setOf(pGift, pFavour)},
	{"接受宴请 接受吃请 接受请托 私下接触 不正当往来 亲友请托 请托 托关系 托人 说情 托人说情 熟人说情 接受赞助 企业赞助 药企赞助 厂家赞助 赞助 讲课费 勾结 勾连 社会环境 人情干扰 外界干扰 外部干扰 外部诱惑 疏通关系 干预 ", setOf(cExternalWeak, pFavour)},

	// Defects.
	{"不到位 不落实 未落实 不力 不严 不严格 流于形式 流于表面 走形式 不执行 未执行 没有执行 成摆设 成了摆设 形同虚设 有名无实 走过场 打折扣 不认真 不仔细 不细致 未履行 履行不到位 落实不到位 落实不力 执行不到位 执行不力 " +
		"执行不严 不坚决 未严格 未严格执行 不尽责 停留在 未开展 不开展 未实行 未遵守 不遵守 未参加 ", setOf(dUndone)},
	{"缺失 空白 缺位 不健全 不完善 未建立 未制定 未出台 未建 尚未建立 尚未出台 不完整 不全 无人 空缺 没有建立 缺项", setOf(dMissing)},
	{"缺少 缺乏 没有 尚无 没有规定 未规定 未设立 未设 无统一 无明确 没有明确 无相应 并无 均无", setOf(dLack)},
	{"滞后 未修订 未及时修订 未更新 没有更新 陈旧 过时 老旧 没有跟上 未跟上 跟不上 未同步 不及时 多年未 长期未 长期不 更新慢", setOf(dLag)},
	{"冲突 矛盾 不衔接 衔接不畅 脱节 不匹配 不统一 不协调 相抵触 抵触 不一致 信息不通 不对称", setOf(dClash)},
	{"含糊 不明确 未明确 不清 不清晰 不清楚 不细 不具体 笼统 模糊 不明 不明朗 可操作性 不合理 粗放 不科学 无依据 依据不足", setOf(dVague)},
	{"薄弱 不规范 混乱 松散 盲区 漏洞 不经常 不足 难以覆盖 不够 宽松 松弛 单一 覆盖率低 不高 不畅 隐患 过大 走手续 不透明 不强 欠缺", setOf(dWeak)},

	// Signals.
	{"腐败 以权谋私 徇私舞弊 利益输送 官商勾结 保护伞 私吞 贪官 包庇 违纪 违规操作 收钱 收好处 走后门 关系户 暗箱操作 黑幕 权钱交易", setOf(iYes)},
	{"排队 排长队 停车 停车位 停车难 噪音 噪声 咨询 请问 想问 想咨询 建议 预约 挂号难 挂不上号 环境 卫生间 厕所 电梯 空调 饭菜 误诊 疗效 疼 等候 等待时间 候诊 核酸 公交 增设 能否 何时 什么时候 求助 希望增加 报告单 " +
		"异地就医 报销比例 报销政策 医保卡 社保卡 学区 供水 停电 施工 绿化 路灯 垃圾 生育证 接种 打疫苗 叫号 导航 轮椅 床单 油烟 物业 路面 交房 房产证", setOf(iNo)},
}

// dictionary is the compiled lexicon.
type dictionary struct {
	*automaton
	words  []string // by termID-1
	groups []groups // by termID
}

// compiled builds the dictionary at first use, a few milliseconds.
var compiled = sync.OnceValue(func() *dictionary {
	v := &dictionary{groups: make([]groups, 1)}
	ids := map[string]int{}
	for _, e := range lexicon {
		for _, w := range strings.Fields(e.words) {
			id, ok := ids[w]
			if !ok {
				v.words = append(v.words, w)
				v.groups = append(v.groups, 0)
				id = len(v.words)
				ids[w] = id
			}
			v.groups[id] |= e.groups
		}
	}
	v.words = append(v.words, "\n", "\r") // strings.Fields cannot yield them
	v.groups = append(v.groups, setOf(gClause), setOf(gClause))
	v.automaton = newAutomaton(v.words)
	return v
})

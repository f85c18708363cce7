"""The Chinese demonstration company's customers. All names are invented."""

from addons.crm_base.demo.story import Done, Story, ToDo

CUSTOMERS = """
上海恒润精密机械有限公司|恒润机械|manufacturing|上海|上海|a|medium|consumer
上海明珂电子科技有限公司|明珂电子|electronics|上海|上海|key|large|consumer
明珂电子（苏州）有限公司|明珂电子苏州|electronics|江苏|苏州|b|medium|consumer
上海百川物流股份有限公司|百川物流|logistics|上海|上海|b|medium|consumer
上海鸿途软件有限公司|鸿途软件|software|上海|上海|c|small|partner
上海新禾食品有限公司|新禾食品|food|上海|上海|b|medium|consumer
上海市浦江第二中学|浦江二中|education|上海|上海|c|medium|consumer
上海翰林文化传媒有限公司|翰林文化|media|上海|上海|c|small|consumer
上海博远医疗器械有限公司|博远医疗|health|上海|上海|a|medium|consumer
上海德信融资租赁有限公司|德信租赁|finance|上海|上海|b|small|consumer
苏州天工自动化设备有限公司|天工自动化|manufacturing|江苏|苏州|a|medium|consumer
南京紫峰信息技术有限公司|紫峰信息|software|江苏|南京|b|medium|dealer
无锡锦绣纺织有限公司|锦绣纺织|textile|江苏|无锡|c|large|consumer
常州瑞达新能源有限公司|瑞达新能源|energy|江苏|常州|a|large|consumer
杭州云栖网络科技有限公司|云栖网络|software|浙江|杭州|a|medium|consumer
杭州西溪酒店管理有限公司|西溪酒店|catering|浙江|杭州|b|medium|consumer
宁波海通国际贸易有限公司|海通贸易|retail|浙江|宁波|b|small|dealer
温州华泰电气有限公司|华泰电气|manufacturing|浙江|温州|key|huge|consumer
华泰电气（乐清）有限公司|华泰电气乐清|manufacturing|浙江|温州|b|medium|consumer
绍兴越商服饰有限公司|越商服饰|textile|浙江|绍兴|c|medium|consumer
嘉兴康源药业有限公司|康源药业|health|浙江|嘉兴|b|large|consumer
合肥中科智联技术有限公司|中科智联|electronics|安徽|合肥|b|medium|consumer
芜湖长江船舶配件有限公司|长江船配|manufacturing|安徽|芜湖|c|medium|supplier
北京京华时代科技有限公司|京华时代|software|北京|北京|key|large|consumer
京华时代（天津）科技有限公司|京华时代天津|software|天津|天津|b|medium|consumer
北京首创建筑设计院|首创设计院|construction|北京|北京|a|large|consumer
北京朝阳区教育信息中心|朝阳教信中心|government|北京|北京|b|medium|authority
北京鼎盛餐饮管理有限公司|鼎盛餐饮|catering|北京|北京|c|large|consumer
北京安泰保险经纪有限公司|安泰保险|finance|北京|北京|b|medium|consumer
北京万象广告有限公司|万象广告|media|北京|北京|c|small|partner
天津港联国际货运有限公司|港联货运|logistics|天津|天津|b|medium|consumer
天津滨海精细化工有限公司|滨海化工|energy|天津|天津|a|large|consumer
石家庄北方制药有限公司|北方制药|health|河北|石家庄|a|huge|consumer
唐山燕钢材料有限公司|燕钢材料|manufacturing|河北|唐山|b|large|supplier
济南泉城电子商务有限公司|泉城电商|retail|山东|济南|c|small|dealer
青岛蓝海水产食品有限公司|蓝海水产|food|山东|青岛|b|medium|consumer
青岛德昌机床有限公司|德昌机床|manufacturing|山东|青岛|a|large|consumer
烟台葡园酒业有限公司|葡园酒业|food|山东|烟台|c|medium|consumer
沈阳东工重型装备有限公司|东工重装|manufacturing|辽宁|沈阳|a|huge|consumer
大连北方软件园有限公司|北方软件园|software|辽宁|大连|b|medium|partner
太原晋能煤业集团|晋能煤业|energy|山西|太原|b|huge|consumer
西安秦科航空技术有限公司|秦科航空|manufacturing|陕西|西安|a|large|consumer
深圳市创维达电子有限公司|创维达|electronics|广东|深圳|key|huge|consumer
创维达（惠州）制造有限公司|创维达惠州|electronics|广东|惠州|a|huge|consumer
深圳市前海金诚基金管理有限公司|前海金诚|finance|广东|深圳|b|small|consumer
深圳市迅捷供应链有限公司|迅捷供应链|logistics|广东|深圳|b|medium|consumer
深圳市蓝点科技有限公司|蓝点科技|software|广东|深圳|c|small|consumer
广州白云连锁超市有限公司|白云超市|retail|广东|广州|a|huge|consumer
广州岭南医药有限公司|岭南医药|health|广东|广州|b|large|consumer
广州粤海大酒店|粤海大酒店|catering|广东|广州|c|medium|consumer
东莞华章印刷包装有限公司|华章印刷|manufacturing|广东|东莞|b|large|consumer
佛山陶源建材有限公司|陶源建材|construction|广东|佛山|b|large|dealer
珠海横琴智造有限公司|横琴智造|manufacturing|广东|珠海|a|medium|consumer
厦门鹭岛国际旅行社|鹭岛国旅|services|福建|厦门|c|small|consumer
福州闽江水务集团|闽江水务|government|福建|福州|b|large|authority
泉州海丝鞋业有限公司|海丝鞋业|textile|福建|泉州|c|large|consumer
长沙湘江传媒有限公司|湘江传媒|media|湖南|长沙|c|medium|consumer
武汉光谷激光设备有限公司|光谷激光|electronics|湖北|武汉|a|medium|consumer
南宁桂糖实业有限公司|桂糖实业|food|广西|南宁|c|large|consumer
海口椰风旅游发展有限公司|椰风旅游|services|海南|海口|c|medium|consumer
成都锦江咨询有限公司|锦江咨询|services|四川|成都|c|small|partner
重庆山城电信工程有限公司|山城电信|telecom|重庆|重庆|b|medium|consumer
"""

CHINESE = Story(
    customers=CUSTOMERS,
    sellers={
        "sales1": ("上海", "四川"), "sales2": ("上海", "江苏", "重庆"), "sales3": ("浙江", "安徽"),
        "sales4": ("北京", "天津", "山西"),
        "sales5": ("河北", "山东", "辽宁", "陕西"), "sales6": ("广东", "湖南"),
        "sales7": ("福建", "广西", "海南", "湖北", "广东"),
    },
    directors={
        "sales1": "lead1", "sales2": "lead1", "sales3": "director1", "sales4": "director2", "sales5": "director2",
        "sales6": "director3", "sales7": "director3",
    },
    surnames=("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
        "何", "郭", "马", "罗", "梁"),
    given_names=(
        "建华", "丽娟", "志明", "晓燕", "国强", "海霞", "文博", "雅琴", "俊杰", "秀英", "鹏飞", "思远", "佳慧",
        "明辉", "雪梅", "浩然",
        "春生", "倩", "立新", "玉兰", "振东", "静怡", "德胜", "云",
    ),
    positions=("总经理", "采购经理", "信息中心主任", "财务总监", "行政主管", "生产厂长", "技术总监",
        "办公室主任", "市场部经理", "设备科科长"),
    streets=("中山路{n}号", "人民大道{n}号", "科技园路{n}号2栋", "解放北路{n}号8楼", "工业大道{n}号",
        "建设路{n}号", "滨江东路{n}号A座"),
    business=(
        "主营产品的研发、生产和销售，在省内有三个生产基地。", "面向企业客户提供整体解决方案，客户以制造业为主。",
        "区域性连锁经营，近两年扩张较快。", "以出口业务为主，正在开拓国内市场。", "国有控股，采购需走招标流程。",
    ),
    intentions=(
        "计划年内更换现有的管理系统，预算待批。", "希望先做一个部门试点，再全公司推广。",
        "对移动办公和报表功能最感兴趣。",
        "正在比较三家供应商，年底前决定。",
    ),
    done=(
        Done("phone", "电话回访使用情况", "客户总体满意，希望增加两次培训。", 15),
        Done("visit", "拜访采购负责人", "了解了采购流程，下月提交方案。", 90),
        Done("wechat", "微信发送产品资料", "已收到资料，转给技术部门看。", 5),
        Done("meeting", "方案讲解会", "三个部门参加，对报表功能提了几点要求。", 120),
        Done("mail", "发送报价说明", "客户回复需要内部讨论。", 10),
        Done("demo", "产品演示", "现场演示效果好，要求提供试用账号。", 75),
        Done("support", "协助解决登录问题", "问题已解决，客户表示感谢。", 30),
        Done("greeting", "节日问候", "问候到位，顺便约了下次见面时间。", 5),
        Done("dinner", "与客户总经理商务用餐", "了解到明年的扩产计划。", 110),
    ),
    planned=(
        ("visit", "上门拜访，确认需求细节"), ("phone", "电话跟进报价反馈"), ("demo", "给技术部门做产品演示"),
        ("meeting", "项目启动会"),
        ("wechat", "发送案例资料"), ("visit", "季度例行拜访"), ("phone", "约见决策人"),
    ),
    tasks=(
        ToDo("sales", "准备解决方案和报价", "方案和报价已发客户。"),
        ToDo("tracking", "跟进客户的试用反馈", "试用反馈已整理。"),
        ToDo("collection", "催收上季度尾款", "客户承诺月底前付清。"),
        ToDo("care", "安排客户培训", "培训已完成，到场12人。"),
        ToDo("marketing", "邀请客户参加新品发布会", "客户确认两人参加。"),
        ToDo("internal", "补全客户档案资料", "资料已补全。"),
        ToDo("service", "协调售后上门检修", "检修完成，设备正常。"),
    ),
    orders=(
        ("zongjingli", "director1", ToDo("internal", "汇总华东区季度销售进展", "")),
        ("zongjingli", "director1", ToDo("sales", "陪同拜访明珂电子", "")),
        ("zongjingli", "director2", ToDo("internal", "汇总华北区季度销售进展", "")),
        ("zongjingli", "director3", ToDo("internal", "汇总华南区季度销售进展", "")),
        ("director1", "lead1", ToDo("care", "检查长期未联系的客户", "")),
        ("zongjingli", "shichang", ToDo("marketing", "拟定明年的市场活动计划", "")),
        ("zongjingli", "admin", ToDo("internal", "为新员工开通账号", "")),
        ("shichang", "zhuli", ToDo("marketing", "整理展会收集的名片", "")),
    ),
    phone="0{area}1-8{n:04d}120",
    mobile="139{n:08d}",
    name_order="{surname}{given}",
    country="中国",
    categories=(("直销客户", ("战略客户", "成长客户", "零散客户")), ("渠道客户", ("一级代理", "二级代理"))),
    campaigns=("春季新品推介会", "制造业数字化论坛", "老客户答谢会"),
)  # fmt: skip

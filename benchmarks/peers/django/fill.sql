-- The logical data of the schema "source" in the tables of the models.
create temp table companies as select row_number() over (order by id) as number, id from crm_company;
insert into crm_employee (id, company_id, name)
    select o.id, c.id, o.name from source.owner o join companies c on c.number = o.company;
insert into crm_customer (id, company_id, name, phone, region)
    select s.id, c.id, s.name, s.phone, s.region from source.customer s join companies c on c.number = s.company;
insert into crm_lead (id, company_id, number, title, customer_id, owner_id, stage, region, phone, amount, priority,
        keyword, follow_up_on, created_at, remarks)
    select l.id, c.id, l.number, l.title, l.customer, l.owner, l.stage, l.region, l.phone, l.amount, l.priority,
        l.keyword, l.follow_up_on, l.created_at, l.remarks
    from source.lead l join companies c on c.number = l.company order by l.id;
update crm_employee set user_id = (select id from auth_user where username = 'chief')
    where id = (select min(e.id) from crm_employee e join companies c on c.id = e.company_id where c.number = 1);
select setval(pg_get_serial_sequence('crm_employee', 'id'), (select max(id) from crm_employee)),
    setval(pg_get_serial_sequence('crm_customer', 'id'), (select max(id) from crm_customer)),
    setval(pg_get_serial_sequence('crm_lead', 'id'), (select max(id) from crm_lead));
